// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/retry_after.hpp"
#include "app/operator_service.hpp"

namespace cellwise::rest::operators {
namespace {

using domain::Operator;

constexpr auto kRoleRule = "must be viewer, operator or admin";

Error no_such_operator(const Call& call) { return missing(call, "operator.not_found", "there is no such operator"); }

/// Never the hash of the password.
void write(json::Writer& out, const Operator& who) {
    out.begin_object().field("operatorId", who.id).field("name", who.name).field("role", to_string(who.role));
    out.field("disabled", who.disabled).field("createdAt", to_rfc3339(who.created_at)).end_object();
}

std::string show_operator(const Operator& who) {
    return json_of([&](json::Writer& out) { write(out, who); });
}

std::function<void(Result<Operator>)> answer_with_operator(const Call& call, int status) {
    return [respond = call.respond, status](const Result<Operator>& who) {
        if (!who) return refuse_for_now(respond, who.error());
        reply(respond, status, show_operator(*who));
    };
}

}  // namespace

// The service is called where the request came in: it hashes passwords, which the loop has no time for.

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    app::NewOperator wanted;
    wanted.name = in.text("name");
    wanted.role = in.parsed("role", domain::parse_role, kRoleRule);
    wanted.password = in.text("password");
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    call.services.operators.create(wanted, answer_with_operator(call, 201));
}

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    reply_list<Operator>(
        call, [&](ports::Transaction& tx) { return tx.operators().list(*page); }, alone(write));
}

void show(Call call) {
    const auto id = path_id<OperatorId>(call, no_such_operator(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Operator>(
        call, no_such_operator(call), [&](ports::Transaction& tx) { return tx.operators().find(*id); }, alone(write));
}

void change(Call call) {
    const auto id = path_id<OperatorId>(call, no_such_operator(call));
    if (!id) return refuse(call.respond, id.error());
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    app::OperatorChange wanted;
    wanted.role = in.optional_parsed("role", domain::parse_role, kRoleRule);
    wanted.password = in.optional_text("password");
    wanted.disabled = in.optional_flag("disabled");
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    call.services.operators.change(*id, wanted, call.caller.actor, answer_with_operator(call, 200));
}

void erase(Call call) {
    const auto id = path_id<OperatorId>(call, no_such_operator(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.operators.erase(*id, call.caller.actor, answer_empty(call.respond));
}

}  // namespace cellwise::rest::operators
