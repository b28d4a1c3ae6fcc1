// SPDX-License-Identifier: Apache-2.0
// What operators do with dead letters. Lists of pushes are in subscriptions_resource.cpp.
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/push_service.hpp"

#include <charconv>

namespace cellwise::rest::outbox {
namespace {

using app::PushService;

Result<std::int64_t> sequence_of(const Call& call) {
    const auto& text = call.path_values.front();
    std::int64_t sequence = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), sequence);
    if (parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() && sequence > 0) return sequence;
    return missing(call, "push.not_found", "no push bears this number");
}

std::function<void(Result<PushService::Pieces>)> answer_pieces(const Call& call, std::string_view name) {
    return answer<PushService::Pieces>(call.respond, 200, [name](const PushService::Pieces& pieces) {
        return json_of([&](json::Writer& out) {
            out.begin_object().field(name, pieces.count).field("more", pieces.more).end_object();
        });
    });
}

/// No body, or {"appId": …}.
Result<std::optional<AppId>> app_of_body(const ports::HttpRequest& request) {
    if (request.body.empty()) return std::optional<AppId>{};
    const auto body = body_of(request);
    if (!body) return body.error();
    json::ObjectReader in(*body, json::Unknown::Refuse);
    const auto app = in.optional_parsed("appId", AppId::parse, kHex24Rule);
    if (auto ok = in.finish(); !ok) return ok.error();
    return app;
}

/// Of an application, or of all; what lives is not thrown away, and whoever calls has to say that he knows.
Result<std::optional<AppId>> app_of_query(const ports::HttpRequest& request) {
    if (auto ok = check_query(request, {"dead", "appId"}); !ok) return ok.error();
    if (request.query_value("dead").value_or("") != "true") {
        return invalid("request.query.invalid", "dead", "dead must be true: only dead letters can be erased");
    }
    return query_id<AppId>(request, "appId", kHex24Rule);
}

}  // namespace

void replay(Call call) {
    const auto sequence = sequence_of(call);
    if (!sequence) return refuse(call.respond, sequence.error());
    call.services.loop.post([&pushes = call.services.pushes, sequence = *sequence,
                             done = answer_empty(call.respond)] { pushes.replay(sequence, done); });
}

void replay_all(Call call) {
    const auto app = app_of_body(call.request);
    if (!app) return refuse(call.respond, app.error());
    call.services.loop.post([&pushes = call.services.pushes, app = *app, done = answer_pieces(call, "replayed")] {
        pushes.replay_all(app, done);
    });
}

void erase(Call call) {
    const auto sequence = sequence_of(call);
    if (!sequence) return refuse(call.respond, sequence.error());
    call.services.loop.post([&pushes = call.services.pushes, sequence = *sequence,
                             done = answer_empty(call.respond)] { pushes.erase_dead(sequence, done); });
}

void erase_all(Call call) {
    const auto app = app_of_query(call.request);
    if (!app) return refuse(call.respond, app.error());
    call.services.loop.post([&pushes = call.services.pushes, app = *app, done = answer_pieces(call, "erased")] {
        pushes.erase_all_dead(app, done);
    });
}

}  // namespace cellwise::rest::outbox
