// SPDX-License-Identifier: Apache-2.0
#include "app/authenticator.hpp"

#include "app/transact.hpp"

#include <utility>

namespace cellwise::app {
namespace {

Error expired_token() {
    return {.kind = ErrorKind::Unauthenticated, .code = "access.token.expired", .message = "the token has expired"};
}

}  // namespace

Error unknown_token() {
    return {.kind = ErrorKind::Unauthenticated,
            .code = "access.token.unknown",
            .message = "the token is missing or not valid"};
}

std::string hash_of(ports::Hashing& hashing, std::string_view secret) {
    const auto stream = hashing.new_sha256();
    stream->update(as_bytes(secret));
    return stream->finish_hex();
}

Authenticator::Authenticator(ports::Database& database, ports::Clock& clock, ports::Hashing& hashing)
    : database_(database), clock_(clock), hashing_(hashing) {}

Result<Caller> Authenticator::find_operator(std::string_view token) const {
    if (token.empty()) return unknown_token();
    const auto hash = hash_of(hashing_, token);
    const auto version = database_.version();
    const auto now = clock_.now();
    auto caller = callers_.find(hash, version, now);
    if (!caller) {
        auto stored = token.starts_with(kSessionPrefix) ? find_session(hash) : find_token(hash);
        if (!stored) return stored.error();
        caller = std::move(*stored);
        callers_.keep(hash, version, now, *caller);
    }
    if (caller->expires_at && *caller->expires_at <= now) return expired_token();
    return *caller;
}

Result<Caller> Authenticator::find_token(const std::string& hash) const {
    using Found = std::optional<domain::OperatorToken>;
    const auto found =
        read<Found>(database_, [&hash](ports::Transaction& tx) { return tx.tokens().find_by_hash(hash); });
    if (!found) return found.error();
    if (!*found) return unknown_token();
    const auto& row = **found;
    return Caller{.actor = {.kind = domain::ActorKind::Token, .id = row.id.str(), .name = row.name},
                  .role = row.role,
                  .expires_at = row.expires_at};
}

/// The role is the operator's of now; what changes an operator ends the sessions.
Result<Caller> Authenticator::find_session(const std::string& hash) const {
    using Found = std::optional<std::pair<domain::OperatorSession, domain::Operator>>;
    const auto found = read<Found>(database_, [&hash](ports::Transaction& tx) -> Result<Found> {
        const auto session = tx.operators().find_session(hash);
        if (!session) return session.error();
        if (!*session) return Found{};
        const auto who = tx.operators().find((*session)->owner);
        if (!who) return who.error();
        return *who ? Found{{**session, **who}} : Found{};
    });
    if (!found) return found.error();
    if (!*found) return unknown_token();
    const auto& [session, who] = **found;
    if (who.disabled) return unknown_token();
    return Caller{.actor = {.kind = domain::ActorKind::Operator, .id = who.id.str(), .name = who.name},
                  .role = who.role,
                  .expires_at = session.expires_at};
}

Result<AppId> Authenticator::find_application(std::string_view app_id, std::string_view access_token) const {
    const auto app = AppId::parse(app_id);
    if (!app || access_token.empty()) return unknown_token();
    const auto version = database_.version();
    const auto now = clock_.now();
    auto found = sessions_.find(app->str(), version, now);
    if (!found) {
        using Found = std::optional<domain::AppSession>;
        auto stored =
            read<Found>(database_, [&app](ports::Transaction& tx) { return tx.applications().find_session(*app); });
        if (!stored) return stored.error();
        if (!*stored) return unknown_token();
        found = std::move(*stored);
        sessions_.keep(app->str(), version, now, *found);
    }
    if (found->access_hash != hash_of(hashing_, access_token)) return unknown_token();
    if (found->access_expires_at <= now) return expired_token();
    return *app;
}

}  // namespace cellwise::app
