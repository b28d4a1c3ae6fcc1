// SPDX-License-Identifier: Apache-2.0
#include "tests/app/push_service_fixture.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

class DeadLetters : public PushServiceFixture {
 protected:
    /// Given up an hour after it occurred.
    std::int64_t append_dead(unsigned app, unsigned device) {
        const auto sequence = append(app, device);
        change([&](ports::Transaction& tx) -> Status {
            auto push = **tx.outbox().find(sequence);
            push.dead = true;
            push.attempts = 30;
            return tx.outbox().save(push);
        });
        return sequence;
    }
    Status replay(std::int64_t sequence) {
        Status told = internal_error("test", "not answered");
        service->replay(sequence, [&](Status status) { told = std::move(status); });
        settle();
        return told;
    }
    Status erase(std::int64_t sequence) {
        Status told = internal_error("test", "not answered");
        service->erase_dead(sequence, [&](Status status) { told = std::move(status); });
        settle();
        return told;
    }
    PushService::Pieces replay_all(const std::optional<AppId>& app = {}) {
        PushService::Pieces told{.count = -1};
        service->replay_all(app, [&](Result<PushService::Pieces> pieces) { told = pieces.value(); });
        settle();
        return told;
    }
};

TEST_F(DeadLetters, AreSentAgainWhenTheyAreReplayed) {
    const auto letter = append_dead(1, 1);
    service->poke();
    EXPECT_EQ(under_way(), Numbers{});
    ASSERT_TRUE(replay(letter));
    EXPECT_EQ(under_way(), Numbers{letter});
    EXPECT_TRUE(stored(true).empty());
    answer(letter, 200);
    EXPECT_TRUE(stored().empty());
}

TEST_F(DeadLetters, LiveForAnotherDayOnceTheyAreReplayed) {
    const auto letter = append_dead(1, 1);
    clock.advance(100h);
    ASSERT_TRUE(replay(letter));
    answer(letter, 404);
    EXPECT_EQ(stored().size(), 1U) << "a failure does not end it, although it is old";
    EXPECT_EQ(stored()[0].attempts, 1U);
    clock.advance(24h);
    service->tick();
    answer(letter, 404);
    EXPECT_EQ(stored(true).size(), 1U);
}

TEST_F(DeadLetters, LiveAgainAfterARestart) {
    const auto letter = append_dead(1, 1);
    ASSERT_TRUE(replay(letter));
    open();
    service->poke();
    EXPECT_EQ(under_way(), Numbers{letter});
}

TEST_F(DeadLetters, ComeBeforeTheYoungerPushesOfTheirDeviceInTheirOrder) {
    const auto first = append_dead(1, 1);
    const auto second = append_dead(1, 1);
    const auto young = append(1, 1);
    clock.advance(1s);
    EXPECT_EQ(replay_all().count, 2);
    for (const auto push : {first, second, young}) {
        ASSERT_TRUE(wait_for(push));
        EXPECT_EQ(under_way(), Numbers{push});
        answer(push, 200);
    }
    EXPECT_EQ(sender.attempts, (Numbers{first, second, young}));
}

TEST_F(DeadLetters, WaitForTheYoungerPushThatIsUnderWay) {
    const auto letter = append_dead(1, 1);
    const auto young = append(2, 1);
    service->poke();
    ASSERT_EQ(under_way(), Numbers{young});
    ASSERT_TRUE(replay(letter));
    service->tick();
    EXPECT_EQ(under_way(), Numbers{young}) << "never two of one device at once";
    answer(young, 200);
    ASSERT_TRUE(wait_for(letter));
    answer(letter, 200);
    EXPECT_TRUE(stored().empty());
}

TEST_F(DeadLetters, AreReplayedPieceByPieceSoThatOthersWriteInBetween) {
    constexpr unsigned kLetters = 1'700;
    for (unsigned n = 1; n <= kLetters; ++n) append_dead(n % 2 + 1, n);
    int groups = 0;
    std::optional<PushService::Pieces> told;
    service->replay_all({}, [&](Result<PushService::Pieces> pieces) { told = pieces.value(); });
    while (!told) {
        ++groups;
        ASSERT_TRUE(database->commit());
    }
    EXPECT_GE(groups, 4);
    EXPECT_EQ(told->count, kLetters);
    EXPECT_FALSE(told->more);
    EXPECT_TRUE(stored(true).empty());
}

TEST_F(DeadLetters, AreReplayedForOneApplication) {
    append_dead(1, 1);
    const auto other = append_dead(2, 2);
    append_dead(1, 3);
    EXPECT_EQ(replay_all(nth<AppId>(1)).count, 2);
    ASSERT_EQ(stored(true).size(), 1U);
    EXPECT_EQ(stored(true)[0].sequence, other);
    EXPECT_EQ(replay_all(nth<AppId>(3)).count, 0);
}

TEST_F(DeadLetters, CanBeThrownAway) {
    const auto letter = append_dead(1, 1);
    const auto alive = append(1, 2);
    EXPECT_TRUE(erase(letter));
    EXPECT_EQ(erase(letter).error().code, "push.not_found");
    EXPECT_EQ(erase(alive).error().code, "push.alive");
    EXPECT_EQ(replay(alive).error().code, "push.alive");
    EXPECT_EQ(replay(999).error().code, "push.not_found");
    append_dead(1, 1);
    append_dead(2, 1);
    std::optional<std::int64_t> count;
    service->erase_all_dead(nth<AppId>(2), [&](Result<PushService::Pieces> pieces) { count = pieces->count; });
    settle();
    EXPECT_EQ(count, 1);
    EXPECT_EQ(stored(true).size(), 1U);
    EXPECT_EQ(stored().size(), 1U) << "what lives is not thrown away";
}

}  // namespace
}  // namespace cellwise::app
