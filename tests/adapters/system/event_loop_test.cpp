// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/event_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>
#include <vector>

namespace cellwise::system {
namespace {

struct Recorder final : ports::Histogram {
    void observe(double value) override { values.push_back(value); }
    std::vector<double> values;
};

TEST(EventLoop, RunsWhatWasPostedInOrderAndNeverInsideTheCall) {
    EventLoop loop;
    std::vector<int> seen;
    loop.post([&] {
        loop.post([&] {
            seen.push_back(3);
            loop.stop();
        });
        seen.push_back(1);
    });
    loop.post([&] { seen.push_back(2); });
    EXPECT_TRUE(seen.empty());
    loop.run();
    EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(EventLoop, TakesWorkFromManyThreadsOnOneThread) {
    constexpr int kThreads = 4;
    constexpr int kEach = 2000;
    EventLoop loop;
    int sum = 0;  // unguarded: ThreadSanitizer says if two threads ran work
    const auto count = [&] {
        if (++sum == kThreads * kEach) loop.stop();
    };
    std::vector<std::jthread> posters;
    for (int t = 0; t < kThreads; ++t) {
        posters.emplace_back([&] {
            for (int i = 0; i < kEach; ++i) loop.post(count);
        });
    }
    loop.run();
    posters.clear();
    EXPECT_EQ(sum, kThreads * kEach);
}

TEST(EventLoop, StopsFromAnotherThreadWhileIdle) {
    EventLoop loop;
    std::jthread stopper([&] { loop.stop(); });
    loop.run();
}

TEST(EventLoop, DestroysWorkThatNeverRan) {
    auto owned = std::make_shared<int>(1);
    {
        EventLoop loop;
        loop.post([owned] {});
        EXPECT_EQ(owned.use_count(), 2);
    }
    EXPECT_EQ(owned.use_count(), 1);
}

TEST(EventLoop, BeatsUntilItStops) {
    EventLoop loop;
    int fast = 0;
    int slow = 0;
    loop.run_every(Duration{1}, [&] {
        if (++fast >= 20 && slow >= 2) loop.stop();
    });
    loop.run_every(Duration{5}, [&] { ++slow; });
    loop.run();
    EXPECT_GE(fast, 20);
    EXPECT_GE(slow, 2);
}

TEST(EventLoop, LeavesMissedBeatsOut) {
    using Steady = std::chrono::steady_clock;
    EventLoop loop;
    Steady::time_point late_end;
    Steady::time_point next;
    loop.run_every(Duration{10}, [&] {
        if (late_end != Steady::time_point{}) {
            next = Steady::now();
            loop.stop();
            return;
        }
        // Holds the loop up for what would have been four beats more.
        for (const auto until = Steady::now() + Duration{45}; Steady::now() < until;) {
        }
        late_end = Steady::now();
    });
    loop.run();
    EXPECT_GE(next - late_end, Duration{10});
}

TEST(EventLoop, TellsHowLateItWas) {
    EventLoop loop;
    Recorder lag;
    loop.probe_lag(lag, Duration{1});
    loop.post([] {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
        while (std::chrono::steady_clock::now() < until) {
        }
    });
    loop.run_every(Duration{2}, [&] {
        if (!lag.values.empty()) loop.stop();
    });
    loop.run();
    ASSERT_FALSE(lag.values.empty());
    EXPECT_GE(lag.values.front(), 0.025);
    EXPECT_LT(lag.values.front(), 60.0);
}

TEST(EventLoop, HandsSignalsToTheLoopEachTime) {
    EventLoop loop;
    std::vector<int> seen;
    loop.on_signals({SIGUSR1, SIGUSR2}, [&](int signal) {
        seen.push_back(signal);
        if (seen.size() == 2) loop.stop();
        std::raise(SIGUSR2);
    });
    std::raise(SIGUSR1);
    loop.run();
    EXPECT_EQ(seen, (std::vector{SIGUSR1, SIGUSR2}));
}

TEST(EventLoop, CarriesTheSocketsOfOthers) {
    EventLoop loop;
    bool ran = false;
    boost::asio::post(loop.context(), [&] {
        ran = true;
        loop.stop();
    });
    loop.run();
    EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace cellwise::system
