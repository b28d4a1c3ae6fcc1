// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/http.hpp"
#include "cellwise/ports/push_sender.hpp"

#include <functional>
#include <string>
#include <utility>

namespace cellwise::webhook {

/// Posts a push's JSON to its subscription's URL; an answer has 15 s (docs/northbound.md, Pushes).
class WebhookSender final : public ports::PushSender {
 public:
    /// The PEM of an application's own authorities, or nothing. Called on the loop, for pushes by TLS only.
    using CallbackCa = std::function<std::string(const AppId&)>;

    /// `loop` is where `done` runs.
    WebhookSender(ports::HttpClient& client, ports::Executor& loop, CallbackCa callback_ca)
        : client_(client), loop_(loop), callback_ca_(std::move(callback_ca)) {}

    void send(const domain::Subscription& subscription, const domain::Push& push, Done done) override;

 private:
    ports::HttpClient& client_;
    ports::Executor& loop_;
    CallbackCa callback_ca_;
};

}  // namespace cellwise::webhook
