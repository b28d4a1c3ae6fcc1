// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/call.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/retry_after.hpp"
#include "adapters/rest/views.hpp"
#include "app/audit_log.hpp"
#include "app/operator_service.hpp"

#include "cellwise/ports/http_routing.hpp"

namespace cellwise::rest::sessions {
namespace {

/// The only answer that ever holds the session's token.
std::string show_new(const app::NewSession& made) {
    return json_of([&](json::Writer& out) {
        out.begin_object().field("token", made.token).field("expiresAt", to_rfc3339(made.expires_at));
        out.key("operator").begin_object().field("operatorId", made.who.id).field("name", made.who.name);
        out.field("role", to_string(made.who.role)).end_object().end_object();
    });
}

/// A login is written down when it is known whose it is: a stranger, who may try without end, must not fill the log,
/// so what is throttled is not.
Result<ports::Respond> record(const Call& call, const std::string& name, const Result<domain::Operator>& who) {
    domain::AuditEntry entry{.action = "POST /api/v1/sessions",
                             .summary = "name=" + printable(name).substr(0, 64),
                             .address = call.request.peer,
                             .client_subject = call.request.client_subject.substr(0, 512)};
    if (who) {
        entry.actor = {.kind = domain::ActorKind::Operator, .id = who->id.str(), .name = who->name};
        entry.target = who->id.str();
    }
    return call.services.audit.begin(std::move(entry), call.respond);
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    const auto name = in.text("name");
    const auto password = in.text("password");
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    const auto who = call.services.operators.verify(name, password, call.request.peer);
    if (!who && who.error().kind != ErrorKind::Unauthenticated) return refuse_for_now(call.respond, who.error());
    const auto recorded = record(call, name, who);
    if (!recorded) return refuse(call.respond, recorded.error());
    if (!who) return refuse(*recorded, who.error());
    call.services.operators.open_session(*who, answer<app::NewSession>(*recorded, 201, show_new));
}

void erase_current(Call call) {
    const auto token = ports::bearer_token(call.request.headers);
    call.services.operators.end_session(token, answer_empty(call.respond));
}

}  // namespace cellwise::rest::sessions
