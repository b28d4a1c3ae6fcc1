// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/http.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cellwise::http {

/// Gives each request to the face whose path prefix is the longest that matches, else to the fallback. A prefix ends
/// where a path segment ends: "/api/v1" takes "/api/v1" and "/api/v1/tasks", not "/api/v10". The faces outlive it.
class FaceRouter final : public ports::HttpHandler {
 public:
    explicit FaceRouter(ports::HttpHandler& fallback) : fallback_(fallback) {}

    /// `prefix` starts with '/'. Before the server starts.
    void mount(std::string prefix, ports::HttpHandler& face);

    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override;
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override;
    ports::HttpResponse refuse(const ports::HttpRequest& head, const Error& error) override;

 private:
    struct Mount {
        std::string prefix;
        ports::HttpHandler* face;
    };
    ports::HttpHandler& face_of(std::string_view path) const;

    ports::HttpHandler& fallback_;
    std::vector<Mount> mounts_;  // longest first
};

}  // namespace cellwise::http
