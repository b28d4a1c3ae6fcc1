// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/device_allowance.hpp"

#include "tests/fakes/manual_clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace cellwise::download {
namespace {

using namespace std::chrono_literals;
using Share = DeviceAllowance::Share;

const DeviceId kOne = *DeviceId::parse("00000000-0000-4000-8000-000000000001");
const DeviceId kOther = *DeviceId::parse("00000000-0000-4000-8000-000000000002");
constexpr std::uint64_t kSize = 1000;

class DeviceAllowanceTest : public ::testing::Test {
 protected:
    static DeviceAllowance::Limits unlimited() { return {.at_once = 100, .requests_a_minute = 0, .copies_a_day = 0}; }

    /// Keeps what it gets; the refusal, if it gets nothing.
    std::optional<DeviceAllowance::Refusal> begin(DeviceAllowance& allowance, const DeviceId& device,
                                                  std::uint64_t bytes = kSize) {
        auto begun = allowance.begin(device, bytes, kSize);
        if (auto* share = std::get_if<std::unique_ptr<Share>>(&begun)) {
            shares_.push_back(std::move(*share));
            return std::nullopt;
        }
        return std::get<DeviceAllowance::Refusal>(begun);
    }
    /// Of the last that began.
    void end(std::uint64_t sent) {
        shares_.back()->on_sent(sent);
        shares_.pop_back();
    }
    /// A whole download, from the first to the last byte.
    std::optional<DeviceAllowance::Refusal> download(DeviceAllowance& allowance, std::uint64_t bytes = kSize) {
        auto refused = begin(allowance, kOne, bytes);
        if (!refused) end(bytes);
        return refused;
    }

    fakes::ManualClock clock_;
    std::vector<std::unique_ptr<Share>> shares_;
};

TEST_F(DeviceAllowanceTest, GivesADeviceSoManyDownloadsAtOnce) {
    auto limits = unlimited();
    limits.at_once = 2;
    DeviceAllowance allowance(clock_, limits);
    EXPECT_FALSE(begin(allowance, kOne));
    EXPECT_FALSE(begin(allowance, kOne));
    const auto refused = begin(allowance, kOne);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error.code, "download.too_many");
    EXPECT_EQ(refused->retry_after, 10s);
    EXPECT_FALSE(begin(allowance, kOther));
    shares_.erase(shares_.begin());
    EXPECT_FALSE(begin(allowance, kOne));
}

TEST_F(DeviceAllowanceTest, LetsAMinutesRequestsComeAtOnceAndTheRestAsTheyLeak) {
    auto limits = unlimited();
    limits.requests_a_minute = 6;
    DeviceAllowance allowance(clock_, limits);
    for (int n = 0; n < 6; ++n) EXPECT_FALSE(allowance.admit(kOne)) << n;
    const auto refused = allowance.admit(kOne);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error.kind, ErrorKind::TooMany);
    EXPECT_EQ(refused->error.code, "download.too_often");
    EXPECT_EQ(refused->retry_after, 10s);
    EXPECT_FALSE(allowance.admit(kOther));
    clock_.advance(refused->retry_after - 1ms);
    EXPECT_TRUE(allowance.admit(kOne)) << "too early, and that it came does not count";
    clock_.advance(1ms);
    EXPECT_FALSE(allowance.admit(kOne));
    EXPECT_TRUE(allowance.admit(kOne));
}

TEST_F(DeviceAllowanceTest, GivesADeviceItsFileSoManyTimesOver) {
    auto limits = unlimited();
    limits.copies_a_day = 4;
    DeviceAllowance allowance(clock_, limits);
    for (int n = 0; n < 4; ++n) EXPECT_FALSE(download(allowance)) << n;
    const auto refused = download(allowance);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error.code, "download.too_much");
    EXPECT_EQ(refused->retry_after, 6h);
    EXPECT_FALSE(begin(allowance, kOther));
    clock_.advance(6h);
    EXPECT_FALSE(download(allowance));
    EXPECT_TRUE(download(allowance));
}

TEST_F(DeviceAllowanceTest, CountsTheBlocksOfAFileAsTheFile) {
    auto limits = unlimited();
    limits.copies_a_day = 1;
    DeviceAllowance allowance(clock_, limits);
    for (int block = 0; block < 8; ++block) EXPECT_FALSE(download(allowance, kSize / 8)) << block;
    EXPECT_TRUE(download(allowance, kSize / 8));
}

TEST_F(DeviceAllowanceTest, TakesNothingForWhatWasNotSent) {
    auto limits = unlimited();
    limits.copies_a_day = 2;
    DeviceAllowance allowance(clock_, limits);
    for (int n = 0; n < 5; ++n) {
        ASSERT_FALSE(begin(allowance, kOne)) << n;
        end(kSize / 4);  // it breaks off
    }
    EXPECT_TRUE(begin(allowance, kOne)) << "three quarters are left, and it wants all";
    EXPECT_FALSE(begin(allowance, kOne, kSize / 2));
}

TEST_F(DeviceAllowanceTest, ReservesWhatIsAskedForSoThatSeveralAtOnceDoNotExceedIt) {
    auto limits = unlimited();
    limits.copies_a_day = 2;
    DeviceAllowance allowance(clock_, limits);
    EXPECT_FALSE(begin(allowance, kOne));
    EXPECT_FALSE(begin(allowance, kOne));
    EXPECT_TRUE(begin(allowance, kOne));
    end(0);
    EXPECT_FALSE(begin(allowance, kOne));
}

TEST_F(DeviceAllowanceTest, TellsOfADeviceOnceAnHour) {
    auto limits = unlimited();
    limits.at_once = 1;
    DeviceAllowance allowance(clock_, limits);
    EXPECT_FALSE(begin(allowance, kOne));
    EXPECT_TRUE(begin(allowance, kOne)->is_news);
    EXPECT_FALSE(begin(allowance, kOne)->is_news);
    clock_.advance(1h - 1ms);
    EXPECT_FALSE(begin(allowance, kOne)->is_news);
    clock_.advance(1ms);
    EXPECT_TRUE(begin(allowance, kOne)->is_news);
}

TEST_F(DeviceAllowanceTest, ForgetsWhoOwesNothingAndNobodyElse) {
    auto limits = unlimited();
    limits.copies_a_day = 24;
    DeviceAllowance allowance(clock_, limits);
    EXPECT_FALSE(download(allowance));
    EXPECT_FALSE(begin(allowance, kOther));
    clock_.advance(59min);
    EXPECT_EQ(allowance.remembered(), 2U);
    clock_.advance(2min);
    EXPECT_EQ(allowance.remembered(), 1U) << "the copy has leaked out; the other's is under way";
    end(kSize / 2);
    clock_.advance(1min);
    EXPECT_EQ(allowance.remembered(), 0U);
}

TEST_F(DeviceAllowanceTest, SetsNoLimitWhereItIsZero) {
    DeviceAllowance allowance(clock_, unlimited());
    for (int n = 0; n < 1'000; ++n) {
        EXPECT_FALSE(allowance.admit(kOne));
        EXPECT_FALSE(download(allowance));
    }
}

TEST_F(DeviceAllowanceTest, GivesNothingForAnEmptyFile) {
    DeviceAllowance allowance(clock_, {.at_once = 1, .requests_a_minute = 0, .copies_a_day = 1});
    const auto begun = allowance.begin(kOne, 0, 0);
    EXPECT_TRUE(std::holds_alternative<std::unique_ptr<Share>>(begun));
}

TEST_F(DeviceAllowanceTest, IsOutlivedByItsShares) {
    {
        DeviceAllowance allowance(clock_, unlimited());
        EXPECT_FALSE(begin(allowance, kOne));
    }
    end(1);
}

TEST_F(DeviceAllowanceTest, CountsRightWhenManyThreadsAskAtOnce) {
    DeviceAllowance allowance(clock_, {.at_once = 100, .requests_a_minute = 1'000, .copies_a_day = 0});
    std::atomic<int> admitted{0};
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int n = 0; n < 500; ++n) {
                    if (!allowance.admit(kOne)) ++admitted;
                    allowance.begin(kOne, kSize, kSize);  // and its end
                }
            });
        }
    }
    EXPECT_EQ(admitted, 1'000);
    for (int n = 0; n < 100; ++n) EXPECT_FALSE(begin(allowance, kOne)) << "every place was given back";
}

}  // namespace
}  // namespace cellwise::download
