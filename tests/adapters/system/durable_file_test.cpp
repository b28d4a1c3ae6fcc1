// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/durable_file.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cellwise::system {
namespace {

namespace fs = std::filesystem;

class DurableFile : public testing::Test {
 protected:
    fakes::TemporaryDirectory directory_{};
    fs::path file_ = directory_ / "secret";
};

TEST_F(DurableFile, IsReadBackAsItWasWritten) {
    const std::string text = std::string("a\0b\n", 4) + std::string(100'000, 'x');
    ASSERT_TRUE(write_durably(file_, text, Readers::Everybody));
    EXPECT_EQ(read_file(file_, 200'000).value(), text);
    ASSERT_TRUE(write_durably(file_, "shorter", Readers::Everybody));
    EXPECT_EQ(read_file(file_, 200'000).value(), "shorter");
}

TEST_F(DurableFile, IsItsOwnersAloneWhereThatIsAsked) {
    ASSERT_TRUE(write_durably(file_, "x", Readers::Owner));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DurableFile, TakesNoModeFromWhatAKilledProcessLeft) {
    std::ofstream(file_.string() + ".new") << "half";
    fs::permissions(file_.string() + ".new", fs::perms::all);
    ASSERT_TRUE(write_durably(file_, "x", Readers::Owner));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(file_.string() + ".new"));
}

TEST_F(DurableFile, LeavesWhatWasThereWhenItCannotBeWritten) {
    fs::create_directories(file_ / "in the way");
    const auto written = write_durably(file_, "x", Readers::Owner);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "file.write");
    EXPECT_EQ(written.error().value, file_.string());
    EXPECT_TRUE(fs::exists(file_ / "in the way"));
}

TEST_F(DurableFile, SaysWhyItCannotBeRead) {
    const auto missing = read_file(file_, 10);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "file.read");
    EXPECT_NE(missing.error().message.find("No such file"), std::string::npos);
    EXPECT_EQ(missing.error().value, file_.string());
    ASSERT_TRUE(write_durably(file_, "12345678901", Readers::Owner));
    EXPECT_FALSE(read_file(file_, 10));
    EXPECT_TRUE(read_file(file_, 11));
    EXPECT_FALSE(read_file(directory_.path(), 10));
}

}  // namespace
}  // namespace cellwise::system
