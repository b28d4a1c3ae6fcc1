// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/face_router.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace cellwise::http {
namespace {

struct Face final : ports::HttpHandler {
    explicit Face(std::string called) : name(std::move(called)) {}
    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest&) override {
        return invalid(name, {}, {});
    }
    void handle(ports::HttpRequest, std::shared_ptr<ports::BodySink>, ports::Respond respond) override {
        respond({.body = name});
    }
    ports::HttpResponse refuse(const ports::HttpRequest&, const Error&) override { return {.body = name}; }
    std::string name;
};

class FaceRouterTest : public testing::Test {
 protected:
    FaceRouterTest() {
        router.mount("/api", api);
        router.mount("/api/v1", v1);
        router.mount("/console/", console);
    }
    /// Who gets it; all three calls have to agree.
    std::string who(std::string path) {
        const ports::HttpRequest request{.path = std::move(path)};
        std::string handled;
        router.handle(request, nullptr, [&](const ports::HttpResponse& response) { handled = response.body; });
        EXPECT_EQ(router.open_body(request).error().code, handled);
        EXPECT_EQ(router.refuse(request, {}).body, handled);
        return handled;
    }
    Face fallback{"fallback"}, api{"api"}, v1{"v1"}, console{"console"};
    FaceRouter router{fallback};
};

TEST_F(FaceRouterTest, PrefersTheLongestPrefix) {
    EXPECT_EQ(who("/api/v1/tasks"), "v1");
    EXPECT_EQ(who("/api/v2/tasks"), "api");
    EXPECT_EQ(who("/iodm/x"), "fallback");
}

TEST_F(FaceRouterTest, MatchesWholeSegments) {
    EXPECT_EQ(who("/api/v1"), "v1");
    EXPECT_EQ(who("/api/v1/"), "v1");
    EXPECT_EQ(who("/api/v10"), "api");
    EXPECT_EQ(who("/apis"), "fallback");
    EXPECT_EQ(who("/console/app.js"), "console");
    EXPECT_EQ(who("/console"), "fallback");
    EXPECT_EQ(who("/"), "fallback");
    EXPECT_EQ(who(""), "fallback");
}

}  // namespace
}  // namespace cellwise::http
