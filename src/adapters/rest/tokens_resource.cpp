// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/access_service.hpp"

namespace cellwise::rest::tokens {
namespace {

using domain::OperatorToken;

void write_members(json::Writer& out, const OperatorToken& token) {
    out.field("tokenId", token.id).field("name", token.name).field("role", to_string(token.role));
    out.field("createdAt", to_rfc3339(token.created_at)).field("expiresAt", to_rfc3339(token.expires_at));
}

void write(json::Writer& out, const OperatorToken& token) {
    out.begin_object();
    write_members(out, token);
    out.end_object();
}

/// The only answer that ever holds the token itself.
std::string show_new(const app::NewOperatorToken& made) {
    return json_of([&](json::Writer& out) {
        out.begin_object();
        write_members(out, made.token);
        out.field("token", made.text).end_object();
    });
}
std::string show_again(const app::NewOperatorToken& made) {
    return json_of([&](json::Writer& out) {
        out.begin_object();
        write_members(out, made.token);
        out.null_field("token").end_object();
    });
}

struct Wanted {
    std::string name{};
    domain::Role role = domain::Role::Viewer;
    std::optional<Timestamp> expires_at{};
};

Result<Wanted> read_token(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    Wanted wanted;
    wanted.name = in.text("name");
    wanted.role = in.parsed("role", domain::parse_role, "must be viewer, operator or admin");
    wanted.expires_at = in.optional_parsed("expiresAt", parse_rfc3339, "must be an RFC 3339 time");
    if (auto ok = in.finish(); !ok) return ok.error();
    return wanted;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto wanted = read_token(*body);
    if (!wanted) return refuse(call.respond, wanted.error());
    call.services.loop.post([&access = call.services.access, wanted = std::move(*wanted),
                             done = answer_once<app::NewOperatorToken>(call.respond, 201, show_new, show_again)] {
        access.create_token(wanted.name, wanted.role, wanted.expires_at, done);
    });
}

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    reply_list<OperatorToken>(
        call, [&](ports::Transaction& tx) { return tx.tokens().list(*page); }, alone(write));
}

void show_current(Call call) {
    const auto& who = call.caller;
    const bool is_token = who.actor.kind == domain::ActorKind::Token;
    reply(call.respond, 200, json_of([&](json::Writer& out) {
              out.begin_object().field("kind", is_token ? "token" : "session");
              out.field("tokenId", is_token ? or_null(who.actor.id) : std::nullopt);
              out.field("operatorId", is_token ? std::nullopt : or_null(who.actor.id));
              out.field("name", who.actor.name).field("role", to_string(who.role));
              out.field("expiresAt", to_rfc3339(who.expires_at)).end_object();
          }));
}

void erase(Call call) {
    const auto id = path_id<TokenId>(call, missing(call, "token.not_found", "there is no such token"));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post([&access = call.services.access, id = *id, done = answer_empty(call.respond)] {
        access.erase_token(id, done);
    });
}

}  // namespace cellwise::rest::tokens
