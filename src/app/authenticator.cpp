// SPDX-License-Identifier: Apache-2.0
#include "app/authenticator.hpp"

#include "app/transact.hpp"

namespace cellwise::app {
namespace {

Error unknown_token() {
    return {.kind = ErrorKind::Unauthenticated,
            .code = "access.token.unknown",
            .message = "the token is missing or not valid"};
}

Error expired_token() {
    return {.kind = ErrorKind::Unauthenticated, .code = "access.token.expired", .message = "the token has expired"};
}

}  // namespace

std::string hash_of(ports::Hashing& hashing, std::string_view secret) {
    const auto stream = hashing.new_sha256();
    stream->update(as_bytes(secret));
    return stream->finish_hex();
}

Authenticator::Authenticator(ports::Database& database, ports::Clock& clock, ports::Hashing& hashing)
    : database_(database), clock_(clock), hashing_(hashing) {}

Result<domain::OperatorToken> Authenticator::find_operator(std::string_view token) const {
    if (token.empty()) return unknown_token();
    const auto hash = hash_of(hashing_, token);
    using Found = std::optional<domain::OperatorToken>;
    auto found = read<Found>(database_, [&hash](ports::Transaction& tx) { return tx.tokens().find_by_hash(hash); });
    if (!found) return found.error();
    if (!*found) return unknown_token();
    if ((*found)->expires_at && *(*found)->expires_at <= clock_.now()) return expired_token();
    return **found;
}

Result<AppId> Authenticator::find_application(std::string_view app_id, std::string_view access_token) const {
    const auto app = AppId::parse(app_id);
    if (!app || access_token.empty()) return unknown_token();
    using Found = std::optional<domain::AppSession>;
    const auto found =
        read<Found>(database_, [&app](ports::Transaction& tx) { return tx.applications().find_session(*app); });
    if (!found) return found.error();
    if (!*found || (*found)->access_hash != hash_of(hashing_, access_token)) return unknown_token();
    if ((*found)->access_expires_at <= clock_.now()) return expired_token();
    return *app;
}

}  // namespace cellwise::app
