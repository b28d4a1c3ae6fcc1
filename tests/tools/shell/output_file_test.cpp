// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/output_file.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::shell {
namespace {

using Files = fakes::TemporaryDirectory;

TEST(OutputFile, TakesItsNameOnlyWhenItIsWhole) {
    const Files files;
    {
        OutputFile output(files / "out");
        std::ofstream(output.path()) << "half";
        EXPECT_FALSE(std::filesystem::exists(files / "out"));
    }
    EXPECT_TRUE(files.files().empty());
    OutputFile output(files / "out");
    std::ofstream(output.path()) << "whole";
    ASSERT_TRUE(output.commit());
    EXPECT_EQ(Files::read(files / "out"), "whole");
    EXPECT_EQ(files.files(), std::vector<std::string>{"out"});
}

TEST(WriteNewFile, RefusesAFileThatIsThere) {
    const Files files;
    ASSERT_TRUE(write_new_file(files / "new", "text", Access::OwnerOnly));
    EXPECT_EQ(Files::read(files / "new"), "text");
    const auto again = write_new_file(files / "new", "other", Access::OwnerOnly);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "file.exists");
    EXPECT_EQ(Files::read(files / "new"), "text");
    EXPECT_EQ(write_new_file(files / "no/folder", "text", Access::Everybody).error().code, "file.unwritable");
}

TEST(ReadText, ReadsWholeFilesUpToABound) {
    const Files files;
    EXPECT_EQ(read_text(files.write("a", "12345"), 5).value(), "12345");
    EXPECT_EQ(read_text(files / "a", 4).error().code, "file.unreadable");
    EXPECT_EQ(read_text(files.write("empty", ""), 5).value(), "");
    EXPECT_EQ(read_text(files / "nothing", 5).error().code, "file.unreadable");
    EXPECT_EQ(read_text(files.path(), 5).error().code, "file.unreadable");
}

}  // namespace
}  // namespace cellwise::shell
