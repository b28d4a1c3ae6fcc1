// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/recent_reads.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/access.hpp"
#include "cellwise/domain/audit.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/hashing.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::app {

/// Lower-case hex SHA-256. Secrets and tokens are random, so a plain hash of them is safe to store, and to look up
/// by: the time that a comparison takes tells about the hash only.
/// Of whoever shows a token that vouches for nobody.
Error unknown_token();

std::string hash_of(ports::Hashing& hashing, std::string_view secret);

/// How the token of an operator's session begins: it says where to look for its hash.
inline constexpr std::string_view kSessionPrefix = "session-";

/// Who makes a call to the operators' API: the bearer of a token, a person in a session, or an application.
struct Caller {
    domain::Actor actor{};
    std::optional<AppId> application{};  ///< has no role: it sees what is its own, where it is let in at all
    domain::Role role = domain::Role::Viewer;
    std::optional<Timestamp> expires_at{};  ///< of the token or of the session
};

/// Tells who somebody is by what they bear. Reads only; callable from any thread. A token that is revoked is unknown
/// from the commit on that revokes it.
class Authenticator {
 public:
    Authenticator(ports::Database& database, ports::Clock& clock, ports::Hashing& hashing);

    /// Errors: Unauthenticated "access.token.unknown", "access.token.expired".
    Result<Caller> find_operator(std::string_view token) const;
    /// Errors: Unauthenticated "access.token.unknown", "access.token.expired".
    Result<AppId> find_application(std::string_view app_id, std::string_view access_token) const;

 private:
    Result<Caller> find_token(const std::string& hash) const;
    Result<Caller> find_session(const std::string& hash) const;

    ports::Database& database_;
    ports::Clock& clock_;
    ports::Hashing& hashing_;
    mutable RecentReads<Caller> callers_{};               ///< by hash
    mutable RecentReads<domain::AppSession> sessions_{};  ///< by application
};

}  // namespace cellwise::app
