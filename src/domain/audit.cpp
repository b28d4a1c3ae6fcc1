// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/audit.hpp"

namespace cellwise::domain {

std::string_view to_string(ActorKind kind) {
    switch (kind) {
        case ActorKind::Stranger:
            return "stranger";
        case ActorKind::Token:
            return "token";
        case ActorKind::Operator:
            return "operator";
        case ActorKind::Application:
            return "application";
    }
    return "?";
}

std::optional<ActorKind> parse_actor_kind(std::string_view name) {
    for (const auto kind : {ActorKind::Stranger, ActorKind::Token, ActorKind::Operator, ActorKind::Application}) {
        if (name == to_string(kind)) return kind;
    }
    return std::nullopt;
}

std::string_view to_string(AuditOutcome outcome) {
    switch (outcome) {
        case AuditOutcome::UnderWay:
            return "under_way";
        case AuditOutcome::Done:
            return "done";
        case AuditOutcome::Refused:
            return "refused";
        case AuditOutcome::Failed:
            return "failed";
        case AuditOutcome::Unknown:
            return "unknown";
    }
    return "?";
}

std::optional<AuditOutcome> parse_audit_outcome(std::string_view name) {
    for (const auto outcome : {AuditOutcome::UnderWay, AuditOutcome::Done, AuditOutcome::Refused,
                               AuditOutcome::Failed, AuditOutcome::Unknown}) {
        if (name == to_string(outcome)) return outcome;
    }
    return std::nullopt;
}

AuditOutcome outcome_of(int status) {
    if (status >= 500) return AuditOutcome::Failed;
    return status >= 400 ? AuditOutcome::Refused : AuditOutcome::Done;
}

}  // namespace cellwise::domain
