// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/console.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::sign {
namespace {

const Error kRefusal = invalid("signature.missing", "comment", "the package is not signed", "\x1B[2J");

class SignConsole : public testing::Test {
 protected:
    int finish(Format format, const Status& status) {
        Console console(out_, err_, format, true);
        console.words() << "done\n";
        console.fields().field("size", 17);
        console.warn(invalid("archive.layout", {}, "too much in it", "README"));
        return console.finish(status);
    }
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(SignConsole, TellsPeopleInWords) {
    EXPECT_EQ(finish(Format::Words, {}), 0);
    EXPECT_EQ(out_.str(), "done\n");
    EXPECT_EQ(err_.str(), "cellwise-sign: warning: too much in it: README [archive.layout]\n");
}

TEST_F(SignConsole, TellsPeopleAnErrorInOneLineThatHarmsNoTerminal) {
    EXPECT_EQ(finish(Format::Words, kRefusal), 1);
    EXPECT_TRUE(err_.str().ends_with("cellwise-sign: the package is not signed: \\x1b[2J [signature.missing]\n"));
}

TEST_F(SignConsole, TellsProgramsInOneObject) {
    EXPECT_EQ(finish(Format::Json, {}), 0);
    EXPECT_EQ(out_.str(), R"({"ok":true,"size":17,"warnings":[{"code":"archive.layout","message":"too much in it",)"
                          R"("field":"","value":"README"}]})"
                          "\n");
    EXPECT_EQ(err_.str(), "");
}

TEST_F(SignConsole, TellsProgramsAnErrorInOneObject) {
    EXPECT_EQ(finish(Format::Json, kRefusal), 1);
    EXPECT_TRUE(out_.str().starts_with(
        R"({"ok":false,"error":{"code":"signature.missing","message":"the package is not signed",)"
        R"("field":"comment","value":"\\x1b[2J"},"warnings":[)"));
    EXPECT_EQ(err_.str(), "");
}

TEST_F(SignConsole, TellsWrongUsageByItsStatus) {
    EXPECT_EQ(finish(Format::Words, invalid("usage.name", {}, "the name must end in .zip")), 2);
}

TEST_F(SignConsole, ShowsProgressToPeopleAtATerminalOnly) {
    EXPECT_EQ(Console(out_, err_, Format::Words, true).progress_output(), &err_);
    EXPECT_EQ(Console(out_, err_, Format::Words, false).progress_output(), nullptr);
    EXPECT_EQ(Console(out_, err_, Format::Json, true).progress_output(), nullptr);
}

}  // namespace
}  // namespace cellwise::sign
