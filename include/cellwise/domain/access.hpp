// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// An application server.
struct Application {
    AppId id{};
    std::string name{};
    std::string secret_hash{};  ///< lower-case hex SHA-256 of the secret, which has 128 random bits
    Timestamp created_at{};
    /// PEM of the authorities that vouch for the servers of its callback URLs, besides those that everybody trusts.
    std::string callback_ca{};
    bool frozen = false;  ///< may not log in; what it has begun goes on, and its pushes too

    friend bool operator==(const Application&, const Application&) = default;
};

/// What an application's access or refresh token is, as stored.
struct AppSession {
    AppId app{};
    std::string access_hash{};  ///< lower-case hex SHA-256
    std::string refresh_hash{};
    Timestamp access_expires_at{};
    Timestamp refresh_expires_at{};

    friend bool operator==(const AppSession&, const AppSession&) = default;
};

/// What a bearer of an operator token may do. Each role includes the ones before it.
enum class Role { Viewer, Operator, Admin };
std::string_view to_string(Role role);  ///< "viewer", "operator", "admin"
std::optional<Role> parse_role(std::string_view name);

struct OperatorToken {
    TokenId id{};
    std::string name{};
    Role role = Role::Viewer;
    std::string hash{};  ///< lower-case hex SHA-256
    Timestamp created_at{};
    std::optional<Timestamp> expires_at{};

    friend bool operator==(const OperatorToken&, const OperatorToken&) = default;
};

/// A person who signs in with a password.
struct Operator {
    OperatorId id{};
    std::string name{};
    Role role = Role::Viewer;
    std::string password_hash{};  ///< with its salt and its cost, as ports::PasswordHashing writes it
    bool disabled = false;
    Timestamp created_at{};

    friend bool operator==(const Operator&, const Operator&) = default;
};

/// What an operator got for the password.
struct OperatorSession {
    std::string hash{};  ///< lower-case hex SHA-256 of the session's token
    OperatorId owner{};
    Timestamp created_at{};
    Timestamp expires_at{};

    friend bool operator==(const OperatorSession&, const OperatorSession&) = default;
};

}  // namespace cellwise::domain
