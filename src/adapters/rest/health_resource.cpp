// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/resources.hpp"
#include "adapters/rest/views.hpp"

#include <algorithm>

namespace cellwise::rest::health {

/// The process runs and answers: nothing else is asked.
void alive(Call call) { reply(call.respond, 200, R"({"status":"ok"})"); }

void ready(Call call) {
    const auto checks = call.services.readiness();
    const bool all =
        std::all_of(checks.begin(), checks.end(), [](const ReadyCheck& check) { return check.ok || !check.needed; });
    auto body = json_of([&](json::Writer& out) {
        out.begin_object().field("ready", all).key("checks").begin_array();
        for (const auto& check : checks) {
            out.begin_object().field("name", check.name).field("ok", check.ok);
            out.field("detail", or_null(check.detail)).end_object();
        }
        out.end_array().end_object();
    });
    reply(call.respond, all ? 200 : 503, std::move(body));
}

void metrics(Call call) {
    call.services.refresh_metrics();
    ports::HttpResponse response{.status = 200, .body = call.services.metrics.render()};
    response.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    call.respond(std::move(response));
}

}  // namespace cellwise::rest::health
