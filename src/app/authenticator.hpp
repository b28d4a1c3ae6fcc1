// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/access.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/hashing.hpp"

#include <string>
#include <string_view>

namespace cellwise::app {

/// Lower-case hex SHA-256. Secrets and tokens are random, so a plain hash of them is safe to store, and to look up
/// by: the time that a comparison takes tells about the hash only.
std::string hash_of(ports::Hashing& hashing, std::string_view secret);

/// Tells who somebody is by what they bear. Reads only; callable from any thread.
class Authenticator {
 public:
    Authenticator(ports::Database& database, ports::Clock& clock, ports::Hashing& hashing);

    /// Errors: Unauthenticated "access.token.unknown", "access.token.expired".
    Result<domain::OperatorToken> find_operator(std::string_view token) const;
    /// Errors: Unauthenticated "access.token.unknown", "access.token.expired".
    Result<AppId> find_application(std::string_view app_id, std::string_view access_token) const;

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Hashing& hashing_;
};

}  // namespace cellwise::app
