// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/northbound_handler.hpp"
#include "tests/adapters/face_world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::northbound {

using faces::Answer;
using enum ports::HttpMethod;

/// The application servers' face, called as a server calls it, by an application that is logged in.
class NorthboundFixture : public testing::Test {
 protected:
    faces::FaceWorld world_{};
    NorthboundHandler handler_{{.database = world_.store,
                                .loop = world_.loop,
                                .clock = world_.clock,
                                .authenticator = world_.authenticator,
                                .access = world_.access,
                                .devices = world_.devices,
                                .groups = world_.groups,
                                .packages = world_.packages,
                                .subscriptions = world_.subscriptions,
                                .tasks = world_.tasks,
                                .throttle = world_.throttle,
                                .commands = world_.commands,
                                .audit = world_.audit}};
    app::NewApplication application_ = world_.create_application("billing");
    AppId app_ = application_.application.id;
    std::string token_ = login(application_);

    std::string login(const app::NewApplication& application) {
        return world_
            .must<app::AppTokens>([&](auto done) {
                world_.access.login(application.application.id.str(), application.secret, std::move(done));
            })
            .access;
    }
    /// From now on another application calls.
    AppId become(const std::string& name) {
        application_ = world_.create_application(name);
        app_ = application_.application.id;
        token_ = login(application_);
        return app_;
    }

    /// Real clients say a Content-Type also where there is no body.
    Answer call(ports::HttpMethod method, std::string_view target, std::string body = {},
                std::string_view content_type = "application/json") {
        auto request = faces::request_of(method, target);
        request.headers = {{"app_key", app_.str()}, {"Authorization", "Bearer " + token_}};
        request.headers.emplace_back("Content-Type", content_type);
        request.body = std::move(body);
        return faces::send(handler_, std::move(request));
    }

    /// An answer that refuses: status and code ("404 123002"). The code must be a JSON string.
    static std::string refusal(const Answer& answer) {
        EXPECT_EQ(answer.header("Content-Type"), "application/json") << answer.body;
        EXPECT_TRUE(answer.body.starts_with(R"({"error_code":")")) << answer.body;
        EXPECT_FALSE(answer.text_at("/error_desc").empty());
        return std::to_string(answer.status) + ' ' + answer.text_at("/error_code");
    }
    /// The same, or the status alone of an answer that does not refuse.
    static std::string refusal_or_status(const Answer& answer) {
        return answer.body.starts_with(R"({"error_code":)") ? refusal(answer) : std::to_string(answer.status);
    }
    std::string refused(ports::HttpMethod method, std::string_view target, std::string body = {}) {
        return refusal(call(method, target, std::move(body)));
    }
};

/// An id that is well formed and nobody's.
inline const std::string kNobody = "0123456789abcdef01234567";
inline const std::string kNoDevice = "00000000-0000-4000-8000-000000000000";

}  // namespace cellwise::northbound
