// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"

namespace cellwise::rest::subscriptions {
namespace {

using domain::Push;
using domain::Subscription;

void write(json::Writer& out, const Subscription& subscription) {
    out.begin_object().field("subscriptionId", subscription.id).field("appId", subscription.app);
    out.field("notifyType", to_string(subscription.type)).field("callbackUrl", subscription.callback_url);
    out.field("createdAt", to_rfc3339(subscription.created_at)).end_object();
}

void write_push(json::Writer& out, const Push& push) {
    out.begin_object().field("sequence", push.sequence).field("appId", push.app);
    out.field("notifyType", to_string(push.type)).field("deviceId", push.device);
    out.field("taskId", or_null(push.task)).field("jobId", or_null(push.job)).field("dead", push.dead);
    out.field("attempts", push.attempts).field("lastError", or_null(push.last_error));
    out.field("occurredAt", to_rfc3339(push.occurred_at)).field("dueAt", to_rfc3339(push.due_at)).end_object();
}

/// ?dead=true: the dead letters; else what is still to be delivered.
Result<bool> wants_dead(const ports::HttpRequest& request) {
    const auto dead = request.query_value("dead").value_or("false");
    if (dead == "true") return true;
    if (dead == "false") return false;
    return invalid("request.query.invalid", "dead", "dead must be true or false", std::string(dead));
}

}  // namespace

void list(Call call) {
    const auto page = page_of(call.request, {"appId"});
    if (!page) return refuse(call.respond, page.error());
    const auto app = query_id<AppId>(call.request, "appId", kHex24Rule);
    if (!app) return refuse(call.respond, app.error());
    reply_list<Subscription>(
        call, [&](ports::Transaction& tx) { return tx.subscriptions().list(*app, *page); }, alone(write));
}

void list_outbox(Call call) {
    const auto page = page_of(call.request, {"dead"});
    if (!page) return refuse(call.respond, page.error());
    const auto dead = wants_dead(call.request);
    if (!dead) return refuse(call.respond, dead.error());
    reply_list<Push>(
        call, [&](ports::Transaction& tx) { return tx.outbox().list(*dead, *page); }, alone(write_push));
}

}  // namespace cellwise::rest::subscriptions
