// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/audit.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain {
namespace {

TEST(AuditNames, ReadBackAsWhatTheyWere) {
    for (const auto kind : {ActorKind::Stranger, ActorKind::Token, ActorKind::Operator, ActorKind::Application}) {
        EXPECT_EQ(parse_actor_kind(to_string(kind)), kind);
    }
    for (const auto outcome : {AuditOutcome::UnderWay, AuditOutcome::Done, AuditOutcome::Refused,
                               AuditOutcome::Failed, AuditOutcome::Unknown}) {
        EXPECT_EQ(parse_audit_outcome(to_string(outcome)), outcome);
    }
    EXPECT_EQ(parse_actor_kind("Token"), std::nullopt);
    EXPECT_EQ(parse_audit_outcome(""), std::nullopt);
}

TEST(AuditOutcomes, FollowFromTheStatus) {
    EXPECT_EQ(outcome_of(200), AuditOutcome::Done);
    EXPECT_EQ(outcome_of(204), AuditOutcome::Done);
    EXPECT_EQ(outcome_of(400), AuditOutcome::Refused);
    EXPECT_EQ(outcome_of(429), AuditOutcome::Refused);
    EXPECT_EQ(outcome_of(500), AuditOutcome::Failed);
    EXPECT_EQ(outcome_of(507), AuditOutcome::Failed);
}

}  // namespace
}  // namespace cellwise::domain
