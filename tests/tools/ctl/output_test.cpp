// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/output.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::ctl {
namespace {

struct OutputTest : testing::Test {
    std::ostringstream out{};
    std::ostringstream err{};
    Output words{out, err, {}};
    Output json{out, err, {.format = Format::Json}};
    Error error{ErrorKind::Conflict, "task.running", "the task runs", "taskId", "a\x1b"};
};

TEST_F(OutputTest, TellsAnErrorInOneLineThatEndsInItsCodeAndThenWhatToDo) {
    EXPECT_EQ(words.fail(error, "{}", "stop it first"), ExitCode::Refused);
    EXPECT_EQ(err.str(), "cellwisectl: the task runs: a\\x1b [task.running]\n  stop it first\n");
    EXPECT_EQ(out.str(), "");
}

TEST_F(OutputTest, GivesProgramsTheProblemOfTheApiAsItCame) {
    json.fail(error, R"({"code":"task.running"})", "");
    EXPECT_EQ(out.str(), "{\"code\":\"task.running\"}\n");
}

TEST_F(OutputTest, GivesProgramsAProblemWhereTheApiGaveNone) {
    json.fail(error, "", "");
    EXPECT_EQ(out.str(), R"({"detail":"the task runs","code":"task.running","field":"taskId","value":"a\u001b"})"
                         "\n");
}

TEST_F(OutputTest, NeverAddsAProblemToAResult) {
    json.json("{}");
    json.fail(error, "", "");
    EXPECT_EQ(out.str(), "{}\n");
}

TEST_F(OutputTest, TellsProgramsNothingWhereNothingWasAnswered) {
    json.done("stopped");
    EXPECT_EQ(out.str(), "");
    words.done("stopped");
    EXPECT_EQ(out.str(), "stopped\n");
}

TEST(CtlExitCode, SaysWhatKindOfFailureItWas) {
    const auto code = [](ErrorKind kind, const char* word) {
        return static_cast<int>(exit_code_of({kind, word, ""}));
    };
    EXPECT_EQ(code(ErrorKind::Conflict, "task.running"), 1);
    EXPECT_EQ(code(ErrorKind::Internal, "database.full"), 1);
    EXPECT_EQ(code(ErrorKind::InvalidInput, "usage.limit"), 2);
    EXPECT_EQ(code(ErrorKind::InvalidInput, "tls.file"), 2);
    EXPECT_EQ(code(ErrorKind::Unavailable, "reach.refused"), 3);
    EXPECT_EQ(code(ErrorKind::Unavailable, "tls.unknown"), 3);
    EXPECT_EQ(code(ErrorKind::Unauthenticated, "access.token.unknown"), 4);
    EXPECT_EQ(code(ErrorKind::Forbidden, "access.role"), 4);
    EXPECT_EQ(code(ErrorKind::InvalidInput, "watch.failed"), 5);
    EXPECT_EQ(code(ErrorKind::InvalidInput, "watch.interrupted"), 130);
}

}  // namespace
}  // namespace cellwise::ctl
