// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/cell_limiter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace cellwise::domain {
namespace {

using Place = CellLimiter::Place;
using Readiness = CellLimiter::Readiness;
using Usage = CellLimiter::Usage;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

JobId job(int number) {
    char text[25];
    std::snprintf(text, sizeof text, "%024x", static_cast<unsigned>(number));
    return *JobId::parse(text);
}

constexpr Timestamp at(int seconds) { return Timestamp{std::chrono::seconds{seconds}}; }

const CellKey kKey{CellId{"1"}, CoverageClass::Level1};
const CellKey kSameCell{CellId{"1"}, CoverageClass::Level2};
const CellKey kOtherCell{CellId{"2"}, CoverageClass::Level1};

class CellLimiterTest : public testing::Test {
 protected:
    void stand(int number, const CellKey& key = kKey, Readiness readiness = Readiness::Awake) {
        limiter.enqueue(job(number), key, Place::Tail, readiness);
    }
    void stand_ahead(int number, Readiness readiness = Readiness::Awake) {
        limiter.enqueue(job(number), kKey, Place::Head, readiness);
    }
    std::vector<JobId> grant_all(const CellKey& key = kKey) {
        std::vector<JobId> granted;
        while (const auto next = limiter.grant_next(key, at(100))) granted.push_back(*next);
        return granted;
    }

    CellLimiter limiter{SlotLimits{.level0 = 3, .level1 = 2, .level2 = 1, .cell_only = 4, .no_cell = 5}};
};

TEST(SlotLimits, BelongToTheirClasses) {
    const SlotLimits limits{1, 2, 3, 4, 5};
    EXPECT_EQ(limits.of(CoverageClass::Level0), 1U);
    EXPECT_EQ(limits.of(CoverageClass::Level1), 2U);
    EXPECT_EQ(limits.of(CoverageClass::Level2), 3U);
    EXPECT_EQ(limits.of(CoverageClass::CellOnly), 4U);
    EXPECT_EQ(limits.of(CoverageClass::NoCell), 5U);
}

TEST(SlotLimits, AreTheVendorsUnlessSaidOtherwise) { EXPECT_EQ(SlotLimits{}, (SlotLimits{50, 10, 1, 10, 500})); }

// Granting. ----------------------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, GrantsUpToTheLimitAndNoFurther) {
    for (int i = 0; i < 5; ++i) stand(i);
    EXPECT_THAT(grant_all(), ElementsAre(job(0), job(1)));
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 2, 2, 3}));
}

TEST_F(CellLimiterTest, GrantsNothingWhereNobodyStands) {
    EXPECT_THAT(grant_all(), IsEmpty());
    EXPECT_THAT(limiter.usages({}, 10), IsEmpty());
}

TEST_F(CellLimiterTest, CountsEachClassOfACellByItself) {
    for (int i = 0; i < 3; ++i) stand(i, kKey);
    for (int i = 3; i < 6; ++i) stand(i, kSameCell);
    EXPECT_THAT(grant_all(kKey), ElementsAre(job(0), job(1)));
    EXPECT_THAT(grant_all(kSameCell), ElementsAre(job(3)));
}

TEST_F(CellLimiterTest, CountsEachCellByItself) {
    for (int i = 0; i < 3; ++i) stand(i, kKey);
    for (int i = 3; i < 6; ++i) stand(i, kOtherCell);
    EXPECT_THAT(grant_all(kKey), ElementsAre(job(0), job(1)));
    EXPECT_THAT(grant_all(kOtherCell), ElementsAre(job(3), job(4)));
}

TEST_F(CellLimiterTest, GrantsNothingWhenTheLimitIsZero) {
    limiter.set_limits({.level1 = 0});
    stand(0);
    EXPECT_THAT(grant_all(), IsEmpty());
    EXPECT_TRUE(limiter.is_waiting(job(0)));
}

TEST_F(CellLimiterTest, SaysWhoIsNextWithoutGranting) {
    stand(0, kKey, Readiness::Asleep);
    stand(1);
    EXPECT_EQ(limiter.next_in_line(kKey), job(1));
    EXPECT_EQ(limiter.next_in_line(kKey), job(1));
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 0, 2, 2}));
    limiter.set_limits({.level1 = 0});
    EXPECT_FALSE(limiter.next_in_line(kKey));
    EXPECT_FALSE(limiter.next_in_line(kOtherCell));
}

TEST_F(CellLimiterTest, AWinnerHoldsASlotAndNoLongerWaits) {
    stand(0);
    EXPECT_TRUE(limiter.is_waiting(job(0)));
    EXPECT_FALSE(limiter.holds_slot(job(0)));
    grant_all();
    EXPECT_FALSE(limiter.is_waiting(job(0)));
    EXPECT_TRUE(limiter.holds_slot(job(0)));
    EXPECT_EQ(limiter.leases(), 1U);
    EXPECT_EQ(limiter.waiting(), 0U);
}

// Order. -------------------------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, ServesFirstComeFirst) {
    for (const int i : {7, 3, 5}) stand(i);
    EXPECT_THAT(grant_all(), ElementsAre(job(7), job(3)));
}

TEST_F(CellLimiterTest, PassesOverASleeperWhoKeepsItsPlace) {
    stand(0, kKey, Readiness::Asleep);
    stand(1);
    stand(2);
    stand(3);
    EXPECT_THAT(grant_all(), ElementsAre(job(1), job(2)));
    limiter.set_readiness(job(0), Readiness::Awake);
    limiter.remove(job(1));
    EXPECT_THAT(grant_all(), ElementsAre(job(0)));
}

TEST_F(CellLimiterTest, GrantsNothingToALineThatSleeps) {
    stand(0, kKey, Readiness::Asleep);
    EXPECT_THAT(grant_all(), IsEmpty());
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 0, 2, 1}));
}

TEST_F(CellLimiterTest, FallingAsleepAndWakingCostsNoPlace) {
    stand(0);
    stand(1);
    limiter.set_readiness(job(0), Readiness::Asleep);
    limiter.set_readiness(job(0), Readiness::Awake);
    limiter.set_limits({.level1 = 1});
    EXPECT_THAT(grant_all(), ElementsAre(job(0)));
}

TEST_F(CellLimiterTest, PutsHeadsBeforeTailsAndAmongThemselvesByArrival) {
    limiter.set_limits({.level1 = 10});
    stand(0);
    stand_ahead(1);
    stand(2);
    stand_ahead(3);
    EXPECT_THAT(grant_all(), ElementsAre(job(1), job(3), job(0), job(2)));
}

TEST_F(CellLimiterTest, ASleepingHeadStaysAheadOfTails) {
    stand_ahead(0, Readiness::Asleep);
    stand(1);
    limiter.set_limits({.level1 = 1});
    limiter.set_readiness(job(0), Readiness::Awake);
    EXPECT_THAT(grant_all(), ElementsAre(job(0)));
}

// Standing in line again. --------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, StandingInTheSameLineAgainOnlyChangesReadiness) {
    stand(0, kKey, Readiness::Asleep);
    stand(1);
    EXPECT_FALSE(limiter.enqueue(job(0), kKey, Place::Tail, Readiness::Awake));
    EXPECT_EQ(limiter.usage(kKey).waiting, 2U);
    EXPECT_THAT(grant_all(), ElementsAre(job(0), job(1)));
}

TEST_F(CellLimiterTest, ATailThatAsksForTheHeadOfItsOwnLineStaysWhereItIs) {
    limiter.set_limits({.level1 = 1});
    stand(0);
    stand(1);
    stand_ahead(1);
    EXPECT_THAT(grant_all(), ElementsAre(job(0)));
}

TEST_F(CellLimiterTest, StandingInAnotherLineGivesUpTheFirst) {
    stand(0, kKey);
    EXPECT_EQ(limiter.enqueue(job(0), kOtherCell, Place::Tail, Readiness::Awake), kKey);
    EXPECT_THAT(grant_all(kKey), IsEmpty());
    EXPECT_THAT(grant_all(kOtherCell), ElementsAre(job(0)));
}

TEST_F(CellLimiterTest, StandingInAnotherLineGivesUpASlotAndSaysWhose) {
    stand(0);
    stand(1);
    stand(2);
    grant_all();
    EXPECT_EQ(limiter.enqueue(job(0), kOtherCell, Place::Tail, Readiness::Awake), kKey);
    EXPECT_FALSE(limiter.holds_slot(job(0)));
    EXPECT_THAT(grant_all(kKey), ElementsAre(job(2)));
}

TEST_F(CellLimiterTest, AHolderWhoStandsInItsOwnLineKeepsItsSlot) {
    stand(0);
    grant_all();
    EXPECT_FALSE(limiter.enqueue(job(0), kKey, Place::Head, Readiness::Asleep));
    EXPECT_TRUE(limiter.holds_slot(job(0)));
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 1, 2, 0}));
    EXPECT_EQ(limiter.next_expiry(), at(100));
}

TEST_F(CellLimiterTest, ReadinessOfAHolderOrAStrangerIsOfNoConsequence) {
    stand(0);
    grant_all();
    limiter.set_readiness(job(0), Readiness::Asleep);
    limiter.set_readiness(job(9), Readiness::Awake);
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 1, 2, 0}));
    EXPECT_FALSE(limiter.is_waiting(job(9)));
}

// Giving back. -------------------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, AReturnedSlotGoesToTheNext) {
    for (int i = 0; i < 3; ++i) stand(i);
    grant_all();
    EXPECT_EQ(limiter.remove(job(0)), kKey);
    EXPECT_THAT(grant_all(), ElementsAre(job(2)));
}

TEST_F(CellLimiterTest, RemovingOneWhoWaitsFreesNoSlot) {
    for (int i = 0; i < 4; ++i) stand(i);
    grant_all();
    EXPECT_EQ(limiter.remove(job(2)), kKey);
    EXPECT_THAT(grant_all(), IsEmpty());
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 2, 2, 1}));
}

TEST_F(CellLimiterTest, RemovingTwiceFreesOneSlotOnly) {
    for (int i = 0; i < 4; ++i) stand(i);
    grant_all();
    EXPECT_EQ(limiter.remove(job(0)), kKey);
    EXPECT_FALSE(limiter.remove(job(0)));
    EXPECT_THAT(grant_all(), ElementsAre(job(2)));
}

TEST_F(CellLimiterTest, AKeyWithoutLeasesAndLineVanishes) {
    stand(0);
    stand(1, kOtherCell, Readiness::Asleep);
    grant_all();
    EXPECT_THAT(limiter.usages({}, 10), ElementsAre(Usage{kKey, 1, 2, 0}, Usage{kOtherCell, 0, 2, 1}));
    limiter.remove(job(0));
    limiter.remove(job(1));
    EXPECT_THAT(limiter.usages({}, 10), IsEmpty());
}

// Leases. ------------------------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, TakesLeasesAwayAtTheirEndAndNotBefore) {
    stand(0);
    stand(1);
    ASSERT_EQ(limiter.grant_next(kKey, at(20)), job(0));
    ASSERT_EQ(limiter.grant_next(kKey, at(10)), job(1));
    EXPECT_EQ(limiter.next_expiry(), at(10));
    EXPECT_THAT(limiter.expire(at(10) - Duration{1}), IsEmpty());
    EXPECT_THAT(limiter.expire(at(10)), ElementsAre(Pair(job(1), kKey)));
    EXPECT_EQ(limiter.next_expiry(), at(20));
    EXPECT_THAT(limiter.expire(at(20)), ElementsAre(Pair(job(0), kKey)));
    EXPECT_FALSE(limiter.next_expiry());
    EXPECT_EQ(limiter.leases(), 0U);
}

TEST_F(CellLimiterTest, TakesEveryLeaseAwayThatHasRunOutTheEarliestFirst) {
    stand(0);
    stand(1, kOtherCell);
    limiter.grant_next(kKey, at(20));
    limiter.grant_next(kOtherCell, at(10));
    EXPECT_THAT(limiter.expire(at(30)), ElementsAre(Pair(job(1), kOtherCell), Pair(job(0), kKey)));
}

TEST_F(CellLimiterTest, ARenewedLeaseEndsAtItsNewEnd) {
    stand(0);
    limiter.grant_next(kKey, at(10));
    EXPECT_TRUE(limiter.renew(job(0), at(30)));
    EXPECT_EQ(limiter.next_expiry(), at(30));
    EXPECT_THAT(limiter.expire(at(29)), IsEmpty());
    EXPECT_THAT(limiter.expire(at(30)), ElementsAre(Pair(job(0), kKey)));
}

TEST_F(CellLimiterTest, RenewsNothingForOneWhoHoldsNoSlot) {
    stand(0);
    EXPECT_FALSE(limiter.renew(job(0), at(30)));
    EXPECT_FALSE(limiter.renew(job(9), at(30)));
    EXPECT_FALSE(limiter.next_expiry());
}

TEST_F(CellLimiterTest, AnExpiredSlotGoesToTheNext) {
    for (int i = 0; i < 3; ++i) stand(i);
    grant_all();
    limiter.expire(at(100));
    EXPECT_FALSE(limiter.holds_slot(job(0)));
    EXPECT_FALSE(limiter.is_waiting(job(0)));
    EXPECT_THAT(grant_all(), ElementsAre(job(2)));
}

TEST_F(CellLimiterTest, RestoresLeasesEvenAboveTheLimitAndGrantsNothingUntilBelow) {
    for (int i = 0; i < 3; ++i) limiter.restore(job(i), kKey, at(10 + i));
    stand(9);
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 3, 2, 1}));
    limiter.expire(at(10));
    EXPECT_THAT(grant_all(), IsEmpty());
    limiter.expire(at(11));
    EXPECT_THAT(grant_all(), ElementsAre(job(9)));
}

TEST_F(CellLimiterTest, ARestoredJobHoldsOneLeaseOnly) {
    stand(0);
    limiter.restore(job(0), kOtherCell, at(10));
    limiter.restore(job(0), kOtherCell, at(20));
    EXPECT_THAT(limiter.usages({}, 10), ElementsAre(Usage{kOtherCell, 1, 2, 0}));
    EXPECT_EQ(limiter.leases(), 1U);
    EXPECT_EQ(limiter.next_expiry(), at(20));
}

// Limits. ------------------------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, RaisedLimitsHoldFromTheNextGrantOn) {
    for (int i = 0; i < 4; ++i) stand(i);
    grant_all();
    limiter.set_limits({.level1 = 3});
    EXPECT_THAT(grant_all(), ElementsAre(job(2)));
}

TEST_F(CellLimiterTest, LoweredLimitsTakeNoLeaseAway) {
    for (int i = 0; i < 3; ++i) stand(i);
    grant_all();
    limiter.set_limits({.level1 = 1});
    EXPECT_EQ(limiter.usage(kKey), (Usage{kKey, 2, 1, 1}));
    limiter.remove(job(0));
    EXPECT_THAT(grant_all(), IsEmpty());
    limiter.remove(job(1));
    EXPECT_THAT(grant_all(), ElementsAre(job(2)));
}

// What people see. ---------------------------------------------------------------------------------------------
TEST_F(CellLimiterTest, ListsUsagesInOrderOfTheKeyInPages) {
    stand(0, kOtherCell);
    stand(1, kSameCell);
    stand(2, kKey);
    const auto first = limiter.usages({}, 2);
    EXPECT_THAT(first, ElementsAre(Usage{kKey, 0, 2, 1}, Usage{kSameCell, 0, 1, 1}));
    EXPECT_THAT(limiter.usages(first.back().key, 2), ElementsAre(Usage{kOtherCell, 0, 2, 1}));
    EXPECT_THAT(limiter.usages(kOtherCell, 2), IsEmpty());
    EXPECT_THAT(limiter.usages({}, 0), IsEmpty());
}

TEST_F(CellLimiterTest, ListsOnAfterAKeyThatHasVanished) {
    stand(0, kOtherCell);
    EXPECT_THAT(limiter.usages(kKey, 10), ElementsAre(Usage{kOtherCell, 0, 2, 1}));
}

}  // namespace
}  // namespace cellwise::domain
