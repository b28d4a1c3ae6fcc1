// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/access.hpp"
#include "cellwise/ports/certificates.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cellwise::app {

/// An application and its secret, which is told this once.
struct NewApplication {
    domain::Application application{};
    std::string secret{};
};

/// What may change of an application; what is not said stays.
struct ApplicationChange {
    std::optional<std::string> name{};
    std::optional<std::string> callback_ca{};  ///< PEM; empty: none of its own any more
    std::optional<bool> frozen{};              ///< true ends its session
};

/// An operator token and its text, which is told this once.
struct NewOperatorToken {
    domain::OperatorToken token{};
    std::string text{};
};

/// What an application got for its secret. Both are 64 hex digits.
struct AppTokens {
    std::string access{};
    std::string refresh{};
    Duration lifetime{};  ///< of the access token
};

/// Who may come in: applications, their sessions, and operators' tokens. Only hashes are stored. Loop thread only;
/// the callbacks come on the loop when the change is durable.
class AccessService {
 public:
    using Done = std::function<void(Status)>;
    using LoggedIn = std::function<void(Result<AppTokens>)>;

    static constexpr Duration kAccessLifetime = std::chrono::hours(1);
    static constexpr Duration kRefreshLifetime = std::chrono::hours(24);

    AccessService(ports::Database& database, ports::Clock& clock, ports::Random& random, ports::Hashing& hashing,
                  const ports::CertificateReader& certificates);

    /// Errors: InvalidInput "text.invalid" with the field.
    void create_application(std::string name, std::function<void(Result<NewApplication>)> done);
    /// Errors: InvalidInput "text.invalid", "certificate.*" and "certificate.expired" with the field; NotFound
    /// "application.not_found".
    void change_application(const AppId& id, ApplicationChange change,
                            std::function<void(Result<domain::Application>)> done);
    /// With its sessions, subscriptions and pushes. Errors: NotFound "application.not_found"; Conflict
    /// "application.in_use" while devices belong to it.
    void erase_application(const AppId& id, Done done);

    /// A new access token; the application's previous one is invalid from then on. Errors: Unauthenticated
    /// "access.login.refused", whichever of the two is wrong; Forbidden "access.application.frozen".
    void login(std::string app_id, std::string secret, LoggedIn done);
    /// The same for a refresh token that is still valid; it is spent by this. Errors: Unauthenticated
    /// "access.login.refused"; Forbidden "access.application.frozen"; InvalidInput "access.refresh.invalid".
    void refresh(std::string app_id, std::string secret, std::string refresh_token, LoggedIn done);
    /// Ends the session that the access token is of. Errors: Unauthenticated "access.token.unknown".
    void logout(std::string access_token, Done done);

    /// Errors: InvalidInput "text.invalid", "token.expiry.past"; Conflict "token.duplicate".
    void create_token(std::string name, domain::Role role, std::optional<Timestamp> expires_at,
                      std::function<void(Result<NewOperatorToken>)> done);
    /// Errors: NotFound "token.not_found".
    void erase_token(const TokenId& id, Done done);

 private:
    struct Issued {
        AppTokens tokens;
        domain::AppSession session;
    };
    Issued issue(const AppId& app);
    std::string hash(std::string_view secret);

    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
    ports::Hashing& hashing_;
    const ports::CertificateReader& certificates_;
};

}  // namespace cellwise::app
