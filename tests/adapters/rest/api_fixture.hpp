// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/api_handler.hpp"
#include "tests/adapters/face_world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::rest {

using faces::Answer;
using enum ports::HttpMethod;

/// The operators' face, called as a server calls it, by an admin unless the test says otherwise.
class ApiFixture : public testing::Test {
 protected:
    faces::FaceWorld world_{};
    std::vector<domain::CellLimiter::Usage> usages_{};
    std::vector<ReadyCheck> checks_{{.name = "database", .ok = true}};
    int refreshes_ = 0;  ///< of the metrics

    ApiHandler handler_{{.database = world_.store,
                         .loop = world_.loop,
                         .clock = world_.clock,
                         .metrics = world_.metrics,
                         .authenticator = world_.authenticator,
                         .access = world_.access,
                         .certificates = world_.certificates,
                         .catalog = world_.catalog,
                         .devices = world_.devices,
                         .groups = world_.groups,
                         .intake = world_.intake,
                         .packages = world_.packages,
                         .tasks = world_.tasks,
                         .cells = [this](const auto& after, std::size_t limit) { return cells_after(after, limit); },
                         .readiness = [this] { return checks_; },
                         .refresh_metrics = [this] { ++refreshes_; },
                         .hashing = world_.hashing,
                         .operators = world_.operators,
                         .audit = world_.audit,
                         .answers = world_.answers,
                         .throttle = world_.throttle,
                         .pushes = world_.pushes,
                         .events = &world_.events}};
    std::string token_ = token_of(domain::Role::Admin);

    std::string token_of(domain::Role role) {
        const auto name = std::string(to_string(role));
        return world_
            .must<app::NewOperatorToken>(
                [&](auto done) { world_.access.create_token(name, role, std::nullopt, std::move(done)); })
            .text;
    }

    ports::HttpRequest request(ports::HttpMethod method, std::string_view target, std::string body = {},
                               std::string_view content_type = "application/json") {
        auto made = faces::request_of(method, target);
        if (!token_.empty()) made.headers.emplace_back("Authorization", "Bearer " + token_);
        if (!body.empty()) made.headers.emplace_back("Content-Type", content_type);
        made.body = std::move(body);
        return made;
    }
    Answer call(ports::HttpMethod method, std::string_view target, std::string body = {},
                std::string_view content_type = "application/json") {
        return faces::send(handler_, request(method, target, std::move(body), content_type));
    }

    /// An answer that refuses: its status, code and field in one word, for comparing ("400 text.invalid name").
    static std::string refusal(const Answer& answer) {
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << answer.body;
        EXPECT_EQ(answer.at("/status"), std::to_string(answer.status));
        EXPECT_FALSE(answer.text_at("/detail").empty());
        const auto field = answer.text_at("/field");
        return std::to_string(answer.status) + ' ' + answer.text_at("/code") + (field.empty() ? "" : " " + field);
    }
    std::string refused(ports::HttpMethod method, std::string_view target, std::string body = {}) {
        return refusal(call(method, target, std::move(body)));
    }

 private:
    std::vector<domain::CellLimiter::Usage> cells_after(const std::optional<domain::CellKey>& after,
                                                        std::size_t limit) {
        std::vector<domain::CellLimiter::Usage> found;
        for (const auto& usage : usages_) {
            if (found.size() < limit && (!after || *after < usage.key)) found.push_back(usage);
        }
        return found;
    }
};

/// An id that is well formed and nobody's.
inline const std::string kNobody = "0123456789abcdef01234567";
inline const std::string kNoDevice = "00000000-0000-4000-8000-000000000000";

}  // namespace cellwise::rest
