// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/http.hpp"
#include "cellwise/ports/push_sender.hpp"

namespace cellwise::webhook {

/// Posts a push's JSON to its subscription's URL; an answer has 15 s (docs/northbound.md, Pushes).
class WebhookSender final : public ports::PushSender {
 public:
    /// `loop` is where `done` runs.
    WebhookSender(ports::HttpClient& client, ports::Executor& loop) : client_(client), loop_(loop) {}

    void send(const domain::Subscription& subscription, const domain::Push& push, Done done) override;

 private:
    ports::HttpClient& client_;
    ports::Executor& loop_;
};

}  // namespace cellwise::webhook
