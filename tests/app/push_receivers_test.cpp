// SPDX-License-Identifier: Apache-2.0
#include "app/push_service.hpp"
#include "tests/app/push_service_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

using PushReceivers = PushServiceFixture;

TEST_F(PushReceivers, OpensTheWindowWithEverySuccess) {
    Numbers pushes;
    for (unsigned device = 1; device <= 100; ++device) pushes.push_back(append(1, device));
    service->poke();
    EXPECT_EQ(under_way().size(), 1U);
    std::size_t most = 0;
    while (!sender.under_way.empty()) {
        answer(sender.under_way.front().push.sequence, 200);
        most = std::max(most, sender.under_way.size());
    }
    EXPECT_EQ(most, options.widest_window);
    EXPECT_EQ(sender.attempts, pushes);
    EXPECT_TRUE(stored().empty());
}

TEST_F(PushReceivers, LetsADeadReceiverDelayNobody) {
    for (unsigned device = 1; device <= 300; ++device) append(1, device);
    service->poke();
    ASSERT_EQ(under_way().size(), 1U);
    // Receiver 1 never answers; receiver 2 gets all of its own meanwhile.
    Numbers others;
    for (unsigned device = 301; device <= 400; ++device) others.push_back(append(2, device));
    service->poke();
    Numbers delivered;
    for (;;) {
        const auto sent = std::find_if(sender.under_way.begin(), sender.under_way.end(),
                                       [](const auto& each) { return each.push.app == nth<AppId>(2); });
        if (sent == sender.under_way.end()) break;
        delivered.push_back(sent->push.sequence);
        answer(sent->push.sequence, 200);
    }
    EXPECT_EQ(delivered, others);
    EXPECT_EQ(under_way().size(), 1U);
}

TEST_F(PushReceivers, TriesAServerThatIsAwayOnceAMinuteAtMost) {
    for (unsigned device = 1; device <= 200; ++device) append(1, device);
    service->poke();
    for (int second = 0; second < 3600; ++second) {
        while (!sender.under_way.empty()) answer(sender.under_way.front().push.sequence, no_answer());
        clock.advance(1s);
        service->tick();
    }
    EXPECT_GE(sender.attempts.size(), 55U);
    EXPECT_LE(sender.attempts.size(), 70U);
    // It is back: a single success, and the others follow.
    std::size_t left = stored().size();
    for (int second = 0; second < 900 && left > 0; ++second) {
        while (!sender.under_way.empty()) answer(sender.under_way.front().push.sequence, 200);
        clock.advance(1s);
        service->tick();
        left = stored().size();
    }
    EXPECT_EQ(left, 0U);
}

TEST_F(PushReceivers, LetsADeadCallbackDelayNoneOfItsApplicationsOthers) {
    // More than are looked at in one read, and due before the others.
    for (unsigned device = 1; device <= 200; ++device) {
        append(1, device, "http://dead:80/done?command=" + std::to_string(device));
    }
    service->poke();
    ASSERT_EQ(under_way().size(), 1U) << "one window, whatever stands behind the port";
    answer(under_way().front(), no_answer());
    clock.advance(std::chrono::milliseconds(1));
    const auto to_subscription = append(1, 201);
    const auto to_other = append(1, 202, "http://alive:80/done");
    service->poke();
    EXPECT_EQ(under_way(), (std::vector{to_subscription, to_other}));
    answer(to_subscription, 200);
    answer(to_other, 200);
    const std::vector further{append(1, 203), append(1, 204)};
    service->poke();
    EXPECT_EQ(under_way(), further) << "its window has opened";
}

TEST_F(PushReceivers, SharesOneWindowAmongAllThatLeadsToOneServer) {
    const auto first = append(1, 1);
    const auto second = append(1, 2, "http://receiver1:80/command");
    service->poke();
    EXPECT_EQ(under_way(), std::vector{first});
    answer(first, no_answer());
    service->tick();
    EXPECT_TRUE(under_way().empty()) << second << " waits for the same server";
    clock.advance(options.first_retry);
    service->tick();
    EXPECT_EQ(under_way().size(), 1U);
}

TEST_F(PushReceivers, LooksAtEveryServerInTheEndHoweverManyThereAre) {
    options.most_servers = 3;
    open();
    std::vector<std::int64_t> wanted;
    for (unsigned device = 1; device <= 8; ++device) {
        wanted.push_back(append(1, device, "http://host" + std::to_string(device) + ":80/"));
    }
    for (int pass = 0; pass < 3; ++pass) service->poke();
    EXPECT_EQ(under_way(), wanted);
}

TEST_F(PushReceivers, DoesNotPunishAServerForAPushThatItDislikes) {
    for (unsigned device = 1; device <= 50; ++device) append(1, device);
    service->poke();
    std::set<std::int64_t> tried;
    while (!sender.under_way.empty()) {
        const auto sequence = sender.under_way.front().push.sequence;
        tried.insert(sequence);
        answer(sequence, sequence % 2 == 0 ? 404 : 200);
    }
    EXPECT_EQ(tried.size(), 50U) << "all in one go";
    EXPECT_EQ(stored().size(), 25U);
}

TEST_F(PushReceivers, GivesUpWhatGrewTooOldWhileTheServerWasAway) {
    for (unsigned device = 1; device <= 150; ++device) append(1, device);
    service->poke();
    answer(sender.under_way.front().push.sequence, no_answer());
    clock.advance(25h);
    const auto fresh = append(1, 500);
    service->tick();
    settle();
    EXPECT_EQ(stored(true).size(), 150U);
    EXPECT_EQ(under_way(), Numbers{fresh});
}

TEST_F(PushReceivers, SendsTheNextAttemptToTheNewUrl) {
    const auto first = append(1, 1);
    const auto second = append(1, 1);
    service->poke();
    subscribe(1, "http://elsewhere:81/new");
    EXPECT_EQ(sender.under_way[0].url, "http://receiver1:80/push");
    answer(first, no_answer());
    ASSERT_TRUE(wait_for(first));
    EXPECT_EQ(sender.under_way[0].url, "http://elsewhere:81/new");
    answer(first, 200);
    ASSERT_EQ(under_way(), Numbers{second});
    EXPECT_EQ(sender.under_way[0].url, "http://elsewhere:81/new");
}

TEST_F(PushReceivers, DropsPushesThatNobodySubscribesToAnyMore) {
    for (unsigned device = 1; device <= 200; ++device) append(1, device);
    const auto other = append(2, 201);
    unsubscribe(1);
    service->poke();
    settle();
    EXPECT_EQ(under_way(), Numbers{other});
    EXPECT_EQ(stored().size(), 1U);
    EXPECT_EQ(sender.attempts, Numbers{other});
}

TEST_F(PushReceivers, SendsAPushWithAnAddressOfItsOwnThereWithoutASubscription) {
    unsubscribe(1);
    const auto sequence = append(1, 1, "http://commands:80/x");
    service->poke();
    ASSERT_EQ(under_way(), Numbers{sequence});
    EXPECT_EQ(sender.under_way.front().url, "http://commands:80/x");
}

TEST_F(PushReceivers, SendsNothingOfAnErasedApplication) {
    append(1, 1, "http://commands:80/x");
    append(1, 1);
    change([](ports::Transaction& tx) -> Status {
        const auto erased = tx.applications().erase(nth<AppId>(1));
        return erased ? Status{} : Status{erased.error()};
    });
    service->poke();
    EXPECT_EQ(under_way(), Numbers{});
}

TEST_F(PushReceivers, ForgivesAnApplicationThatIsErasedMeanwhile) {
    const auto push = append(1, 1);
    service->poke();
    change([](ports::Transaction& tx) -> Status {
        const auto erased = tx.applications().erase(nth<AppId>(1));
        return erased ? Status{} : Status{erased.error()};
    });
    answer(push, no_answer());
    EXPECT_EQ(service->in_flight(), 0U);
    EXPECT_TRUE(stored().empty());
}

TEST_F(PushReceivers, FindsAnotherApplicationsPushBehindADelivered) {
    const auto first = append(1, 1);
    const auto second = append(2, 1);
    service->poke();
    answer(first, 200);
    service->tick();
    EXPECT_EQ(under_way(), Numbers{second});
}

}  // namespace
}  // namespace cellwise::app
