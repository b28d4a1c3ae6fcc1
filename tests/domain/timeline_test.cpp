// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/timeline.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace cellwise::domain {
namespace {

TEST(TimelineKind, IsReadBackFromItsName) {
    // Stored: a name never changes.
    constexpr std::array kKindNames{std::pair{TimelineKind::Registered, "registered"},
                                    std::pair{TimelineKind::Deregistered, "deregistered"},
                                    std::pair{TimelineKind::Version, "version"},
                                    std::pair{TimelineKind::Radio, "radio"}, std::pair{TimelineKind::Job, "job"}};
    for (const auto& [kind, name] : kKindNames) {
        EXPECT_EQ(to_string(kind), name);
        EXPECT_EQ(parse_timeline_kind(name), kind);
    }
    EXPECT_FALSE(parse_timeline_kind("Job"));
    EXPECT_FALSE(parse_timeline_kind(""));
}

}  // namespace
}  // namespace cellwise::domain
