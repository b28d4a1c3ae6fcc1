// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

using ExitCodes = CtlFixture;

TEST_F(ExitCodes, SayWhatCameOfACommand) {
    api_.answers("GET /api/v1/tasks/good", {.body = "{}"});
    api_.refuses("GET /api/v1/tasks/gone", 404, "task.not_found");
    api_.refuses("GET /api/v1/tasks/mine", 401, "access.token.unknown");
    api_.refuses("GET /api/v1/tasks/admins", 403, "access.role");
    api_.answers("GET /api/v1/tasks/foreign", {.body = "<html>", .content_type = "text/html"});
    EXPECT_EQ(run({"tasks", "show", "good"}).code, 0);
    EXPECT_EQ(run({"tasks", "show", "gone"}).code, 1);
    EXPECT_EQ(run({"tasks", "show", "foreign"}).code, 1);
    EXPECT_EQ(run({"tasks", "show"}).code, 2);
    EXPECT_EQ(run({"--server", "nowhere", "tasks", "show", "good"}).code, 2);
    EXPECT_EQ(run({"--idempotency-key", "a\r\nX-Evil: 1", "tasks", "show", "good"}).code, 2);
    EXPECT_EQ(run({"--ca", "/nowhere", "tasks", "show", "good"}).code, 2);
    EXPECT_EQ(run({"--server", "http://127.0.0.1:1", "tasks", "show", "good"}).code, 3);
    EXPECT_EQ(run({"tasks", "show", "mine"}).code, 4);
    EXPECT_EQ(run({"tasks", "show", "admins"}).code, 4);
}

TEST_F(ExitCodes, ComeWithWhatToDoNow) {
    api_.refuses("GET /api/v1/tasks/mine", 401, "access.token.unknown");
    EXPECT_THAT(run({"tasks", "show", "mine"}).err,
                HasSubstr("cellwisectl: it breaks a rule [access.token.unknown]\n  say who you are: "));
    EXPECT_THAT(run({"--server", "http://127.0.0.1:1", "tasks", "list"}).err,
                HasSubstr("nothing answers at 127.0.0.1:1 [reach.refused]\n  is cellwised running"));
}

TEST_F(ExitCodes, ComeAfterAWarningWhereATokenTravelsInTheClear) {
    const auto outcome = run({"--server", "http://no-such-host.invalid", "--token", "t", "tasks", "list"});
    EXPECT_THAT(outcome.err, HasSubstr("warning: the token goes over the network in clear text"));
    EXPECT_EQ(outcome.err.find("\n", outcome.err.find("warning")) + 1,
              outcome.err.find("cellwisectl: there is no host"));
}

}  // namespace
}  // namespace cellwise::ctl::test
