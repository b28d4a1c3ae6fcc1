// SPDX-License-Identifier: Apache-2.0
#include "app/slot_desk.hpp"

#include "app/new_id.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using domain::CellLimiter;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Desk : public ::testing::Test {
 protected:
    fakes::SeededRandom random;
    std::set<DeviceId> asleep;
    std::set<JobId> gone;
    std::vector<JobId> granted;
    const domain::CellKey key{domain::CellId{"1"}, domain::CoverageClass::Level2};
    const Timestamp now = from_unix_ms(1'000'000);
    SlotDesk desk{{.level2 = 1},
                  [this](const DeviceId& device) { return !asleep.contains(device); },
                  [this](const SlotDesk::Holder& holder) {
                      if (gone.contains(holder.job)) return false;
                      granted.push_back(holder.job);
                      return true;
                  }};

    SlotDesk::Holder holder() { return {new_id<JobId>(random), new_id<DeviceId>(random)}; }
    void request(const SlotDesk::Holder& who, CellLimiter::Place place = CellLimiter::Place::Tail) {
        desk.request(who, key, place, 1h, now);
    }
};

TEST_F(Desk, GrantsAtOnceWhatIsFreeAndTheRestInTurn) {
    const auto first = holder(), second = holder();
    request(first);
    request(second);
    EXPECT_THAT(granted, ElementsAre(first.job));
    desk.release(first.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, second.job));
}

TEST_F(Desk, PassesASleeperByAndKeepsItsPlace) {
    const auto first = holder(), sleeper = holder(), third = holder(), fourth = holder();
    request(first);
    request(sleeper);
    request(third);
    request(fourth);
    asleep.insert(sleeper.device);
    desk.release(first.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, third.job)) << "it fell asleep since it asked";
    asleep.clear();
    request(sleeper);  // heard again
    desk.release(third.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, third.job, sleeper.job)) << "ahead of the fourth, who came later";
}

TEST_F(Desk, OffersASlotThatNobodyTakesToTheNext) {
    const auto first = holder(), vanished = holder(), third = holder();
    request(first);
    request(vanished);
    request(third);
    gone.insert(vanished.job);
    desk.release(first.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, third.job));
    EXPECT_EQ(desk.limiter().leases(), 1U);
    EXPECT_EQ(desk.limiter().waiting(), 0U);
}

TEST_F(Desk, TakesALeaseBackWhenItRunsOut) {
    const auto first = holder(), second = holder();
    request(first);
    request(second);
    EXPECT_THAT(desk.expire(now + 1h - 1ms), IsEmpty());
    const auto expired = desk.expire(now + 1h);
    ASSERT_EQ(expired.size(), 1U);
    EXPECT_EQ(expired[0].first.job, first.job);
    desk.offer(key, 1h, now + 1h);
    EXPECT_THAT(granted, ElementsAre(first.job, second.job));
}

TEST_F(Desk, CountsRestoredSlotsBeforeItGrantsAny) {
    const auto before_restart = holder(), newcomer = holder();
    desk.restore(before_restart, key, now + 1h);
    request(newcomer);
    EXPECT_THAT(granted, IsEmpty());
    desk.release(before_restart.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(newcomer.job));
}

TEST_F(Desk, OffersWhatRaisedLimitsFreeToTheWaiting) {
    const auto first = holder(), second = holder(), third = holder(), fourth = holder();
    for (const auto& who : {first, second, third, fourth}) request(who);
    desk.set_limits({.level2 = 3});
    desk.offer_more(10, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, second.job, third.job));
}

TEST_F(Desk, ComesToEachLineOnceAfterTheLimitsWereSetSomeAtATime) {
    const domain::CellKey other{domain::CellId{"2"}, domain::CoverageClass::Level2};
    const auto first = holder(), second = holder(), third = holder(), fourth = holder();
    request(first);
    request(second);
    desk.request(third, other, CellLimiter::Place::Tail, 1h, now);
    desk.request(fourth, other, CellLimiter::Place::Tail, 1h, now);
    desk.set_limits({.level2 = 2});
    desk.offer_more(1, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, third.job, second.job));
    desk.offer_more(1, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, third.job, second.job, fourth.job));
    asleep.insert(first.device);
    desk.offer_more(1, 1h, now);
    EXPECT_EQ(desk.limiter().leases(), 4U);
}

TEST_F(Desk, TakesNoSlotAwayWhenALimitIsLowered) {
    desk.set_limits({.level2 = 2});
    const auto first = holder(), second = holder(), third = holder();
    for (const auto& who : {first, second, third}) request(who);
    desk.set_limits({.level2 = 1});
    desk.offer_more(10, 1h, now);
    EXPECT_EQ(desk.limiter().leases(), 2U);
    desk.release(first.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, second.job)) << "one is in use, and one is allowed";
    desk.release(second.job, 1h, now);
    EXPECT_THAT(granted, ElementsAre(first.job, second.job, third.job));
}

}  // namespace
}  // namespace cellwise::app
