// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mqtt/emqx_events.hpp"
#include "adapters/mqtt/login_desk.hpp"

#include "cellwise/ports/http.hpp"

#include <functional>
#include <string>
#include <utility>

namespace cellwise::mqtt {

/// What EMQX asks and tells by HTTP: POST /mqtt/emqx/auth, /mqtt/emqx/acl and /mqtt/emqx/presence, in its JSON, by
/// the bearer of the token that its configuration and ours share (docs/mqtt.md, EMQX). Called on HTTP threads.
class EmqxFace final : public ports::HttpHandler {
 public:
    /// A session began or ended. Called on the HTTP thread that heard of it.
    using Heard = std::function<void(const EmqxEvent&)>;

    /// `token` is not empty.
    EmqxFace(std::string token, const LoginDesk& desk, ports::MessageAuthentication& authentication, Heard heard)
        : token_(std::move(token)), desk_(desk), authentication_(authentication), heard_(std::move(heard)) {}

    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override;
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override;
    ports::HttpResponse refuse(const ports::HttpRequest& head, const Error& error) override;

 private:
    Status admit(const ports::HttpRequest& head) const;
    Result<std::string> answer(const ports::HttpRequest& request) const;
    Status take_presence(const std::string& body) const;
    std::string judge_login(const std::string& client_id, const std::string& username,
                            const std::string& password) const;

    const std::string token_;
    const LoginDesk& desk_;
    ports::MessageAuthentication& authentication_;
    const Heard heard_;
};

}  // namespace cellwise::mqtt
