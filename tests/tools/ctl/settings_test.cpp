// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/settings.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

namespace cellwise::ctl {
namespace {

class CtlSettings : public testing::Test {
 protected:
    CtlSettings() { std::filesystem::create_directories(files_ / ".config/cellwise"); }

    Result<Settings> settle_with(const Wishes& wishes) {
        return settle(wishes, [this](const char* name) -> std::optional<std::string> {
            const auto found = environment_.find(name);
            return found == environment_.end() ? std::nullopt : std::optional(found->second);
        });
    }
    void configure(const std::string& toml) { files_.write(".config/cellwise/ctl.toml", toml); }
    std::string refusal(const Wishes& wishes) {
        const auto settled = settle_with(wishes);
        return settled ? "settled" : settled.error().code + ": " + settled.error().message;
    }

    fakes::TemporaryDirectory files_{};
    std::map<std::string, std::string> environment_{{"HOME", files_.path().string()}};
};

TEST_F(CtlSettings, AreTheDaemonsOwnWhereNobodySaysAnything) {
    environment_.clear();
    const auto settled = settle_with({});
    ASSERT_TRUE(settled);
    EXPECT_EQ(settled->server, "http://127.0.0.1:8080");
    EXPECT_EQ(settled->token, "");
}

TEST_F(CtlSettings, ComeFromTheCommandLineThenTheEnvironmentThenTheFile) {
    files_.write(".config/cellwise/mine", "from-file\n");
    configure("server = 'https://file:1/'\ntoken_file = 'mine'\nca = 'ca.pem'\ncertificate = '/c'\nkey = '/k'\n");
    auto settled = settle_with({});
    ASSERT_TRUE(settled) << settled.error().message;
    EXPECT_EQ(settled->server, "https://file:1");
    EXPECT_EQ(settled->token, "from-file");
    EXPECT_EQ(settled->ca, (files_ / ".config/cellwise/ca.pem").string());  // beside the file that names it
    EXPECT_EQ(settled->certificate, "/c");
    EXPECT_EQ(settled->key, "/k");
    environment_["CELLWISE_CTL_SERVER"] = "https://environment:2";
    environment_["CELLWISE_CTL_TOKEN_FILE"] = files_.write("other", "from-environment").string();
    environment_["CELLWISE_CTL_CA"] = "/env.pem";
    settled = settle_with({});
    EXPECT_EQ(settled->server, "https://environment:2");
    EXPECT_EQ(settled->token, "from-environment");
    EXPECT_EQ(settled->ca, "/env.pem");
    settled = settle_with({.server = "http://line:3", .token = "from-line", .ca = "/line.pem"});
    EXPECT_EQ(settled->server, "http://line:3");
    EXPECT_EQ(settled->token, "from-line");
    EXPECT_EQ(settled->ca, "/line.pem");
}

TEST_F(CtlSettings, FollowXdg) {
    environment_["XDG_CONFIG_HOME"] = (files_ / "xdg").string();
    EXPECT_EQ(settle_with({})->folder, files_ / "xdg/cellwise");
}

TEST_F(CtlSettings, RefuseWhatIsNoServer) {
    for (const auto* server :
         {"", "127.0.0.1:8080", "ftp://host", "http://", "http://host?x", "http://a@b", "http://a b"}) {
        EXPECT_TRUE(refusal({.server = server}).starts_with("usage.server") || *server == '\0') << server;
    }
}

TEST_F(CtlSettings, NameTheNearestKeyOfAnUnknownOne) {
    configure("\nsever = 'x'\n");
    const auto why = refusal({});
    EXPECT_TRUE(why.starts_with("usage.config: ")) << why;
    EXPECT_NE(why.find("ctl.toml:2"), std::string::npos) << why;
    EXPECT_NE(why.find("did you mean server?"), std::string::npos) << why;
    configure("server = 7\n");
    EXPECT_NE(refusal({}).find("must be a text"), std::string::npos);
    configure("server = \n");
    EXPECT_TRUE(refusal({}).starts_with("usage.config: "));
}

TEST_F(CtlSettings, TakeNoTokenThatWouldBeMoreThanAHeader) {
    EXPECT_TRUE(refusal({.token = "a\r\nX-Evil: 1"}).starts_with("token.malformed"));
    EXPECT_TRUE(refusal({.token = ""}).starts_with("token.malformed"));
    EXPECT_TRUE(refusal({.token_file = files_.write("empty", "\n").string()}).starts_with("token.malformed"));
    EXPECT_TRUE(refusal({.token_file = (files_ / "nowhere").string()}).starts_with("file.unreadable"));
}

TEST_F(CtlSettings, UseTheSessionOfALoginForItsServerOnly) {
    const auto folder = files_ / ".config/cellwise";
    ASSERT_TRUE(keep_session(folder, {.server = "http://127.0.0.1:8080", .token = "old"}));
    ASSERT_TRUE(keep_session(folder, {.server = "http://127.0.0.1:8080", .token = "kept"}));
    EXPECT_EQ(settle_with({})->token, "kept");
    EXPECT_EQ(settle_with({.server = "http://127.0.0.1:8081"})->token, "");
    EXPECT_EQ(settle_with({.token = "mine"})->token, "mine");
    struct ::stat state {};
    ASSERT_EQ(::stat((folder / "session.json").c_str(), &state), 0);
    EXPECT_EQ(state.st_mode & 0777U, 0600U);
    forget_session(folder);
    EXPECT_FALSE(find_session(folder));
    forget_session(folder);
}

TEST_F(CtlSettings, PassOverASessionThatIsNone) {
    files_.write(".config/cellwise/session.json", "[1]");
    EXPECT_EQ(settle_with({})->token, "");
    files_.write(".config/cellwise/session.json", R"({"server":7,"token":"x"})");
    EXPECT_EQ(settle_with({})->token, "");
}

TEST(ClearText, IsWarnedOfWhereATokenLeavesTheMachine) {
    const auto warned = [](const char* server, const char* token) {
        return clear_text_warning({.server = server, .token = token}).has_value();
    };
    EXPECT_TRUE(warned("http://cellwise.example.com", "t"));
    EXPECT_TRUE(warned("http://localhost.example.com:80", "t"));
    EXPECT_FALSE(warned("https://cellwise.example.com", "t"));
    EXPECT_FALSE(warned("http://cellwise.example.com", ""));
    for (const auto* here :
         {"http://127.0.0.1:8080", "http://localhost", "http://localhost:8080", "http://[::1]:80"}) {
        EXPECT_FALSE(warned(here, "t")) << here;
    }
}

}  // namespace
}  // namespace cellwise::ctl
