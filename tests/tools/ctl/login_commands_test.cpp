// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

class Login : public CtlFixture {
 protected:
    Outcome login() {
        return run({"login", "anna", "--password-file", files_.write("password", "correct horse").string()});
    }
    std::filesystem::path session_file() { return files_ / ".config/cellwise/session.json"; }
};

TEST_F(Login, IsWhatLaterCallsAreMadeWith) {
    api_.answers("POST /api/v1/sessions",
                 {.status = 201, .body = R"({"token":"kept","expiresAt":"2026-11-27T09:30:00.000Z"})"});
    api_.answers("GET /api/v1/tokens/current", {.body = "{}"});
    const auto outcome = login();
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "signed in at " + api_.url() + " until 2026-11-27T09:30:00Z\n");
    EXPECT_EQ(run({"tokens", "current"}).code, 0);
    EXPECT_EQ(api_.seen().back().headers.at("authorization"), "Bearer kept");
}

TEST_F(Login, SendsNoTokenThatIsThere) {
    api_.answers("POST /api/v1/sessions", {.status = 201, .body = R"({"token":"kept"})"});
    ASSERT_EQ(login().code, 0);
    ASSERT_EQ(login().code, 0);
    EXPECT_FALSE(api_.seen().back().headers.contains("authorization"));
}

TEST_F(Login, ThatIsRefusedKeepsNothing) {
    api_.refuses("POST /api/v1/sessions", 401, "session.refused");
    EXPECT_EQ(login().code, 4);
    EXPECT_FALSE(std::filesystem::exists(session_file()));
}

TEST_F(Login, NeedsATerminalOrAFile) {
    EXPECT_EQ(run({"login", "anna", "--password-file", files_.write("two", "a\nb\n").string()}).code, 2);
    EXPECT_TRUE(api_.requests().empty());
}

TEST_F(Login, IsEndedByALogout) {
    api_.answers("POST /api/v1/sessions", {.status = 201, .body = R"({"token":"kept"})"});
    api_.answers("DELETE /api/v1/sessions/current", {.status = 204});
    ASSERT_EQ(login().code, 0);
    const auto outcome = run({"logout"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "signed out at " + api_.url() + "\n");
    EXPECT_EQ(api_.seen().back().headers.at("authorization"), "Bearer kept");
    EXPECT_FALSE(std::filesystem::exists(session_file()));
    EXPECT_EQ(run({"logout"}).err, "there is no session\n");
}

TEST_F(Login, IsForgottenAlsoWhereItHadEnded) {
    api_.answers("POST /api/v1/sessions", {.status = 201, .body = R"({"token":"kept"})"});
    api_.refuses("DELETE /api/v1/sessions/current", 401, "access.token.expired");
    ASSERT_EQ(login().code, 0);
    EXPECT_EQ(run({"logout"}).code, 0);
    EXPECT_FALSE(std::filesystem::exists(session_file()));
}

TEST_F(Login, WithoutATokenInTheAnswerIsNone) {
    api_.answers("POST /api/v1/sessions", {.status = 201, .body = "{}"});
    EXPECT_THAT(login().err, HasSubstr("[answer.foreign]"));
}

}  // namespace
}  // namespace cellwise::ctl::test
