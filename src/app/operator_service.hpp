// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/login_throttle.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/access.hpp"
#include "cellwise/domain/audit.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/password_hashing.hpp"
#include "cellwise/ports/random.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <string>

namespace cellwise::app {

struct NewOperator {
    std::string name{};
    domain::Role role = domain::Role::Viewer;
    std::string password{};
};

/// What is not said stays as it is.
struct OperatorChange {
    std::optional<domain::Role> role{};
    std::optional<std::string> password{};
    std::optional<bool> disabled{};
};

/// A session and its token, which is told this once.
struct NewSession {
    domain::Operator who{};
    std::string token{};
    Timestamp expires_at{};
};

/// People who sign in with a password, and their sessions. Callable from any thread but the loop: passwords are
/// hashed on the caller's, and never more than `Options::hashes_at_once` of them. The callbacks come on the loop when
/// the change is durable, or at once with an error.
class OperatorService {
 public:
    using Done = std::function<void(Status)>;
    using DoneOperator = std::function<void(Result<domain::Operator>)>;

    static constexpr Duration kSessionLifetime = std::chrono::hours(12);

    struct Options {
        std::uint32_t hashes_at_once = 1;
        LoginThrottle::Limits throttle{};
    };
    struct Needs {
        ports::Database& database;
        ports::Clock& clock;
        ports::Random& random;
        ports::Hashing& hashing;
        ports::PasswordHashing& passwords;
    };
    OperatorService(Needs needs, Options options);

    /// Errors: InvalidInput "text.invalid", "operator.password.length", "operator.password.name"; Conflict
    /// "operator.duplicate"; TooMany "access.password.busy".
    void create(const NewOperator& wanted, DoneOperator done);
    /// Ends the sessions of that operator. Nobody takes the admin's role from himself or disables himself: one who
    /// may still give access remains. Errors: those above; NotFound "operator.not_found"; Conflict "operator.self".
    void change(const OperatorId& id, const OperatorChange& wanted, const domain::Actor& by, DoneOperator done);
    /// Errors: NotFound "operator.not_found"; Conflict "operator.self".
    void erase(const OperatorId& id, const domain::Actor& by, Done done);

    /// Whose name and password these are. Takes as long and says the same whether the name or the password is wrong,
    /// or the operator disabled. Errors: Unauthenticated "access.login.refused"; TooMany "access.login.throttled" and
    /// "access.password.busy", whose `value` is the seconds to wait.
    Result<domain::Operator> verify(const std::string& name, const std::string& password, const std::string& address);
    /// A session of one who was verified just now. Error: Unauthenticated "access.login.refused", if he was changed
    /// meanwhile.
    void open_session(const domain::Operator& who, std::function<void(Result<NewSession>)> done);
    /// Errors: NotFound "session.not_found", for a token that is no session's.
    void end_session(std::string_view token, Done done);

 private:
    Result<std::string> hash_password(const std::string& name, const std::string& password);

    Needs needs_;
    const Options options_;
    const std::string decoy_;  ///< hashed in the place of a password that is not there
    LoginThrottle throttle_;
    std::atomic<std::uint32_t> hashing_now_{0};
};

}  // namespace cellwise::app
