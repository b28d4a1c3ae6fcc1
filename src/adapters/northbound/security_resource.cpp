// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/form_body.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/access_service.hpp"

namespace cellwise::northbound::security {
namespace {

ports::HttpResponse show_tokens(const app::AppTokens& tokens) {
    json::Writer out;
    out.begin_object().field("scope", "default").field("tokenType", "Bearer");
    out.field("expiresIn", std::chrono::duration_cast<std::chrono::seconds>(tokens.lifetime).count());
    out.field("accessToken", tokens.access).field("refreshToken", tokens.refresh).end_object();
    auto response = json_response(200, out.take());
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

}  // namespace

void login(Call call) {
    const auto app_id = form_field(call.request.body, "appId").value_or("");
    const auto secret = form_field(call.request.body, "secret").value_or("");
    if (app_id.empty() || secret.empty()) return call.respond(refusal(kParameterMissing));
    call.services.loop.post(
        [&access = call.services.access, app_id, secret,
         done = answer<app::AppTokens>(call.respond, kInput, show_tokens)] { access.login(app_id, secret, done); });
}

void refresh(Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kInput));
    json::ObjectReader in(*body, json::Unknown::Ignore);
    const auto app_id = in.text("appId");
    const auto secret = in.text("secret");
    const auto token = in.text("refreshToken");
    if (!in.finish()) return call.respond(refusal(kInput));
    call.services.loop.post([&access = call.services.access, app_id, secret, token,
                             done = answer<app::AppTokens>(call.respond, kInput, show_tokens)] {
        access.refresh(app_id, secret, token, done);
    });
}

void logout(Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kParameterMissing));
    json::ObjectReader in(*body, json::Unknown::Ignore);
    const auto token = in.text("accessToken");
    if (!in.finish()) return call.respond(refusal(kParameterMissing));
    call.services.loop.post([&access = call.services.access, token,
                             done = answer_with(call.respond, kInput, no_content)] { access.logout(token, done); });
}

}  // namespace cellwise::northbound::security
