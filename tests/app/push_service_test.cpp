// SPDX-License-Identifier: Apache-2.0
#include "app/push_service.hpp"

#include "tests/app/push_service_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

using PushServiceTest = PushServiceFixture;

TEST_F(PushServiceTest, SendsWhatWasAppendedAndErasesItOnceDelivered) {
    const auto push = append(1, 1);
    service->poke();
    ASSERT_EQ(under_way(), Numbers{push});
    EXPECT_EQ(sender.under_way[0].url, "http://receiver1:80/push");
    EXPECT_EQ(stored().size(), 1U);
    answer(push, 200);
    EXPECT_TRUE(stored().empty());
    EXPECT_EQ(service->in_flight(), 0U);
}

TEST_F(PushServiceTest, KeepsTheOrderOfADevice) {
    const auto first = append(1, 1);
    const auto second = append(1, 1);
    const auto third = append(1, 1);
    service->poke();
    service->tick();
    EXPECT_EQ(under_way(), Numbers{first});
    answer(first, no_answer());
    service->tick();
    EXPECT_EQ(under_way(), Numbers{}) << "the others wait behind the one that failed";
    ASSERT_TRUE(wait_for(first));
    answer(first, 200);
    EXPECT_EQ(under_way(), Numbers{second});
    answer(second, 200);
    answer(third, 200);
    EXPECT_EQ(sender.attempts, (Numbers{first, first, second, third}));
}

TEST_F(PushServiceTest, SendsTheNextOnlyWhenTheEraseIsCommitted) {
    const auto first = append(1, 1);
    const auto second = append(1, 1);
    service->poke();
    deliver(first, 200);
    service->poke();
    EXPECT_EQ(under_way(), Numbers{});
    settle();
    EXPECT_EQ(under_way(), Numbers{second});
}

TEST_F(PushServiceTest, TakesEveryAnswerBut200ForAFailure) {
    for (const int status : {201, 202, 204, 301, 307, 400, 404, 500, 503}) {
        const auto push = append(1, 1);
        ASSERT_TRUE(wait_for(push)) << status;
        answer(push, status);
        ASSERT_EQ(stored().size(), 1U) << status;
        EXPECT_EQ(stored()[0].attempts, 1U);
        EXPECT_NE(stored()[0].last_error.find(std::to_string(status)), std::string::npos);
        ASSERT_TRUE(wait_for(push)) << status;
        answer(push, 200);
    }
}

TEST_F(PushServiceTest, WaitsTwiceAsLongAfterEachFailure) {
    const auto push = append(1, 1);
    service->poke();
    Duration full = 1s;
    for (int attempt = 1; attempt <= 15; ++attempt) {
        answer(push, attempt % 2 == 0 ? Result<int>(no_answer()) : Result<int>(404));
        const auto waited = wait_for(push);
        ASSERT_TRUE(waited) << attempt;
        EXPECT_GE(*waited, full * 3 / 4) << attempt;
        EXPECT_LE(*waited, full + 1s) << attempt;
        full = std::min<Duration>(full * 2, 10min);
    }
}

TEST_F(PushServiceTest, IsPatientForADayAndThenGivesUp) {
    const auto push = append(1, 1);
    const auto behind = append(1, 1);
    const auto began = clock.now();
    service->poke();
    while (stored(true).empty()) {
        ASSERT_TRUE(wait_for(push));
        answer(push, 404);
    }
    EXPECT_GE(clock.now() - began, Duration{24h});
    EXPECT_LE(clock.now() - began, Duration{24h + 11min});
    EXPECT_EQ(stored(true)[0].sequence, push);
    EXPECT_FALSE(stored(true)[0].last_error.empty());
    EXPECT_EQ(under_way(), Numbers{behind}) << "the dead make way";
    answer(behind, 200);
    clock.advance(24h);
    service->tick();
    EXPECT_EQ(under_way(), Numbers{});
}

TEST_F(PushServiceTest, SendsARevivedPushAgain) {
    options.keep = 1s;
    open();
    const auto push = append(1, 1);
    clock.advance(2s);
    service->poke();
    answer(push, 404);
    auto dead = stored(true).at(0);
    dead.dead = false;
    dead.attempts = 0;
    dead.due_at = clock.now();
    change([&](ports::Transaction& tx) { return tx.outbox().save(dead); });
    service->poke();
    EXPECT_EQ(under_way(), Numbers{push});
    answer(push, 200);
    EXPECT_TRUE(stored(true).empty());
}

TEST_F(PushServiceTest, SendsAgainWhatWasDeliveredButNotErased) {
    const auto first = append(1, 1);
    const auto second = append(1, 1);
    service->poke();
    deliver(first, 200);
    database->discard();  // killed between the delivery and its commit
    open();
    service->tick();
    EXPECT_EQ(under_way(), Numbers{first});
    answer(first, 200);
    answer(second, 200);
    EXPECT_EQ(sender.attempts, (Numbers{first, first, second}));
    EXPECT_TRUE(stored().empty());
}

TEST_F(PushServiceTest, GoesOnAfterARestartWhereItWas) {
    const auto push = append(1, 1);
    service->poke();
    answer(push, no_answer());
    ASSERT_TRUE(wait_for(push));
    answer(push, no_answer());
    open();
    service->tick();
    EXPECT_EQ(under_way(), Numbers{}) << "its time has not come";
    ASSERT_TRUE(wait_for(push));
    EXPECT_EQ(sender.under_way[0].push.attempts, 2U);
}

/// Counts the reads on their way to the database.
class CountingDatabase final : public ports::Database {
 public:
    explicit CountingDatabase(ports::Database& inner) : inner_(inner) {}
    void write(Work work, Done done) override { inner_.write(std::move(work), std::move(done)); }
    Status read(const Work& work) override {
        ++reads;
        return broken ? Status{Error{ErrorKind::Unavailable, "test.broken", "no"}} : inner_.read(work);
    }
    int reads = 0;
    bool broken = false;

 private:
    ports::Database& inner_;
};

TEST_F(PushServiceTest, ReadsNothingWhileNothingIsDue) {
    CountingDatabase counted(*database);
    service = std::make_unique<PushService>(counted, clock, sender);
    service->tick();
    EXPECT_EQ(counted.reads, 1) << "at the start: who knows what lies there";
    for (int i = 0; i < 100; ++i) {
        clock.advance(1s);
        service->tick();
    }
    EXPECT_EQ(counted.reads, 1);

    const auto push = append(1, 1);
    service->poke();
    for (int i = 0; i < 8; ++i) {  // until it waits for minutes
        answer(push, no_answer());
        ASSERT_TRUE(wait_for(push));
    }
    answer(push, no_answer());
    service->tick();
    const auto before = counted.reads;
    for (int i = 0; i < 100; ++i) {
        clock.advance(1s);
        service->tick();
    }
    EXPECT_EQ(counted.reads, before);
    EXPECT_TRUE(wait_for(push));
}

TEST_F(PushServiceTest, TriesAgainWhenTheDatabaseCouldNotBeRead) {
    CountingDatabase counted(*database);
    service = std::make_unique<PushService>(counted, clock, sender);
    const auto push = append(1, 1);
    counted.broken = true;
    service->poke();
    EXPECT_EQ(under_way(), Numbers{});
    counted.broken = false;
    service->tick();
    EXPECT_EQ(under_way(), Numbers{push});
}

TEST_F(PushServiceTest, SendsNothingOnceStoppedButRecordsWhatEnds) {
    const auto first = append(1, 1);
    append(1, 1);
    append(2, 2);
    service->poke();
    service->stop();
    answer(first, 200);
    clock.advance(1h);
    service->tick();
    service->poke();
    EXPECT_EQ(sender.attempts.size(), 2U);
    EXPECT_EQ(stored().size(), 2U);
}

TEST_F(PushServiceTest, MayGoWhileThingsAreUnderWay) {
    const auto first = append(1, 1);
    const auto second = append(2, 2);
    service->poke();
    deliver(first, 200);
    service.reset();
    settle();
    deliver(second, 200);
    settle();
    EXPECT_EQ(stored().size(), 1U) << "the second was delivered to nobody who could record it";
}

TEST(RetryDelay, StaysWithinItsBounds) {
    const PushService::Options options;
    std::set<Duration> seen;
    for (std::int64_t sequence = 1; sequence <= 1000; ++sequence) {
        EXPECT_EQ(retry_delay(1, sequence, options), 1s);
        const auto fifth = retry_delay(5, sequence, options);
        EXPECT_GE(fifth, 12s);
        EXPECT_LE(fifth, 16s);
        seen.insert(fifth);
        for (const std::uint32_t attempts : {20U, 1000U, 4'000'000'000U}) {
            EXPECT_GE(retry_delay(attempts, sequence, options), Duration{450s});
            EXPECT_LE(retry_delay(attempts, sequence, options), Duration{600s});
        }
    }
    EXPECT_GT(seen.size(), 300U) << "spread out";
}

}  // namespace
}  // namespace cellwise::app
