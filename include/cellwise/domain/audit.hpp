// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Who changed what, when, from where, and what came of it.
namespace cellwise::domain {

enum class ActorKind {
    Stranger,    ///< who has not said yet who he is: a login
    Token,       ///< the bearer of an operator token
    Operator,    ///< a person in a session
    Application  ///< an application server
};
std::string_view to_string(ActorKind kind);  ///< "stranger", "token", "operator", "application"
std::optional<ActorKind> parse_actor_kind(std::string_view name);

struct Actor {
    ActorKind kind = ActorKind::Stranger;
    std::string id{};    ///< of the token, the operator or the application; empty for a stranger
    std::string name{};  ///< as it was then; empty where none is known

    friend bool operator==(const Actor&, const Actor&) = default;
};

enum class AuditOutcome {
    UnderWay,  ///< asked for, not answered yet
    Done,      ///< answered with 2xx
    Refused,   ///< answered with 4xx
    Failed,    ///< answered with 5xx, or given up half-way by the client
    Unknown    ///< the daemon stopped before the answer
};
std::string_view to_string(AuditOutcome outcome);  ///< "under_way", "done", "refused", "failed", "unknown"
std::optional<AuditOutcome> parse_audit_outcome(std::string_view name);
/// Of an answer with this HTTP status.
AuditOutcome outcome_of(int status);

/// One call that changes something.
struct AuditEntry {
    std::int64_t sequence = 0;  ///< the store's: later entries have greater ones
    Timestamp at{};
    Actor actor{};
    std::string action{};          ///< the method and the route's pattern: "POST /api/v1/tasks/{id}:stop"
    std::string target{};          ///< the id of what was changed or made; empty where there is none
    std::string summary{};         ///< what was asked, without secrets
    std::string address{};         ///< the caller's
    std::string client_subject{};  ///< of the certificate that he showed (RFC 4514); empty: none
    AuditOutcome outcome = AuditOutcome::UnderWay;
    int status = 0;      ///< of the answer; 0 without one
    std::string code{};  ///< of the error, where it was one
    std::optional<Timestamp> ended_at{};

    friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

}  // namespace cellwise::domain
