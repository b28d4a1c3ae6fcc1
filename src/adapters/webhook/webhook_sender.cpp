// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/webhook_sender.hpp"

#include "adapters/webhook/push_json.hpp"

#include <chrono>
#include <utility>

namespace cellwise::webhook {

void WebhookSender::send(const domain::Subscription& subscription, const domain::Push& push, Done done) {
    ports::HttpClient::Outgoing request{.url = subscription.callback_url,
                                        .body = push.body.empty() ? to_json(push) : push.body,
                                        .content_type = "application/json",
                                        .timeout = std::chrono::seconds{15}};
    // Schemes have no case; the client refuses what is none.
    if (!subscription.callback_url.starts_with("http://")) request.callback_ca = callback_ca_(subscription.app);
    client_.post(std::move(request), [&loop = loop_, done = std::move(done)](const Result<int>& answer) {
        loop.post([done, answer] { done(answer); });
    });
}

}  // namespace cellwise::webhook
