// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/http_caller.hpp"

#include "stub_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::ctl {
namespace {

using testing::HasSubstr;

struct HttpCallerTest : testing::Test {
    test::StubApi api{};
    HttpCaller caller{{}};
};

TEST_F(HttpCallerTest, KeepsItsConnectionAndFollowsNoRedirect) {
    api.answers("GET /a", {.status = 302, .body = "elsewhere"});
    for (int i = 0; i < 3; ++i) {
        const auto answer = caller.call({.method = "GET", .url = api.url() + "/a"});
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 302);
        EXPECT_EQ(answer->body, "elsewhere");
    }
    EXPECT_EQ(api.requests().size(), 3U);
}

TEST_F(HttpCallerTest, StreamsABodyOfAnySize) {
    api.answers("POST /a", {.status = 201, .body = "{}"});
    std::string content(3'000'000, 'x');
    content.back() = 'y';
    std::istringstream stream(content);
    const auto answer =
        caller.call({.method = "POST", .url = api.url() + "/a", .stream = &stream, .stream_size = content.size()});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(api.last_body(), content);
}

TEST_F(HttpCallerTest, SendsEveryMethodWithAndWithoutABody) {
    for (const auto* method : {"GET", "POST", "PATCH", "DELETE"}) {
        api.answers(std::string(method) + " /a", {.status = 204});
        EXPECT_EQ(caller.call({.method = method, .url = api.url() + "/a"})->status, 204) << method;
    }
    EXPECT_EQ(caller.call({.method = "PATCH", .url = api.url() + "/a", .body = "b"})->status, 204);
    EXPECT_EQ(api.last_body(), "b");
}

TEST_F(HttpCallerTest, TellsWhyNobodyAnswers) {
    const auto code_of = [this](const std::string& url) {
        const auto answer = caller.call({.method = "GET", .url = url});
        return answer ? "answered" : answer.error().code;
    };
    EXPECT_EQ(code_of("http://127.0.0.1:1"), "reach.refused");
    EXPECT_EQ(code_of("http://no-such-host.invalid"), "reach.name");
    EXPECT_EQ(code_of("http://127.0.0.1:1/a b"), "usage.url");
    EXPECT_EQ(code_of("file:///etc/passwd"), "reach.failed");
    EXPECT_EQ(code_of("https://127.0.0.1:" + std::to_string(api.port())), "tls.failed");
}

TEST_F(HttpCallerTest, TellsThatTheConnectionBrokeOff) {
    api.answers("POST /a", {.breaks_off = true});
    const std::string content(4'000'000, 'x');
    std::istringstream stream(content);
    const auto answer =
        caller.call({.method = "POST", .url = api.url() + "/a", .stream = &stream, .stream_size = content.size()});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "reach.broken_off");
}

TEST_F(HttpCallerTest, NeedsTheFilesThatItIsToTrust) {
    HttpCaller with_ca({.ca = "/nowhere.pem"});
    const auto answer = with_ca.call({.method = "GET", .url = api.url()});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "tls.file");
    EXPECT_EQ(answer.error().field, "--ca");
}

}  // namespace
}  // namespace cellwise::ctl
