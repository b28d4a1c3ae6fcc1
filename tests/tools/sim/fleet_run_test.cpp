// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fleet_run.hpp"

#include "adapters/system/system_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <sstream>
#include <unistd.h>

namespace cellwise::sim::test {
namespace {

/// Devices of one cell and class that all begin in the first turn and end in the third.
class FakePart final : public FleetPart {
 public:
    FakePart(ConcurrencyMeter& meter, std::size_t devices) : meter_(meter), devices_(devices) {}
    FakePart(const FakePart&) = delete;
    FakePart& operator=(const FakePart&) = delete;
    ~FakePart() override { ::close(event_); }

    Status open(Timestamp) override {
        if (fails) return internal_error("test.open", "no");
        return {};
    }
    int descriptor() const override { return event_; }
    std::optional<Timestamp> deadline() const override { return due_; }
    void turn(Timestamp now) override {
        ++turns;
        due_ = now + Duration{1};
        for (std::size_t i = 0; i < devices_; ++i) {
            if (turns == 1) meter_.enter(key_);
            if (turns == 3) meter_.leave(key_);
        }
    }
    bool is_done() const override { return turns >= 3; }
    Progress progress() const override { return {.devices = devices_, .linked = devices_}; }
    std::string take_news(Duration) override { return "news"; }
    void add_to(FleetReport& report) const override {
        report.mqtt_devices.resize(report.mqtt_devices.size() + devices_);
        report.digests.emplace_back("same");
    }

    int turns = 0;
    bool fails = false;

 private:
    ConcurrencyMeter& meter_;
    std::size_t devices_;
    int event_ = ::eventfd(0, EFD_CLOEXEC);
    ClassKey key_{7, CoverageClass::Level0};
    std::optional<Timestamp> due_;
};

class FleetRunTest : public testing::Test {
 protected:
    Status run(std::vector<FleetPart*> parts, std::ostream* progress = nullptr) {
        run_.emplace(std::move(parts), meter_, options_, clock_, progress);
        return run_->run(stop_);
    }

    const system::MonotonicClock clock_;
    ConcurrencyMeter meter_;
    RunOptions options_{.until_done = true, .timeout = Duration{60'000}, .limits = {.level0 = 5}, .seed = 8};
    std::atomic<bool> stop_{false};
    std::optional<FleetRun> run_;
};

TEST_F(FleetRunTest, CountsTheDevicesOfACellTogetherWhateverTheySpeak) {
    FakePart one(meter_, 3);
    FakePart other(meter_, 3);
    ASSERT_TRUE(run({&one, &other}));
    const auto report = run_->report();
    EXPECT_EQ(report.stop, StopReason::AllDone);
    ASSERT_EQ(report.classes.size(), 1U);
    EXPECT_EQ(report.classes[0].count.most, 6U);
    EXPECT_EQ(report.exceeded(), 1U) << "each by itself keeps the limit";
    EXPECT_EQ(report.device_count(), 6U);
    EXPECT_EQ(report.digests.size(), 1U);
    EXPECT_EQ(report.seed, 8U);
}

TEST_F(FleetRunTest, EndsWhenTheLastPartIsDone) {
    FakePart slow(meter_, 1);
    slow.turns = -20;
    FakePart quick(meter_, 1);
    ASSERT_TRUE(run({&quick, &slow}));
    EXPECT_EQ(slow.turns, 3);
    EXPECT_GT(quick.turns, 3);
}

TEST_F(FleetRunTest, EndsAtItsTimeoutOrWhenAskedTo) {
    options_.until_done = false;
    options_.timeout = Duration{5};
    FakePart part(meter_, 1);
    ASSERT_TRUE(run({&part}));
    EXPECT_EQ(run_->report().stop, StopReason::Timeout);
    stop_ = true;
    ASSERT_TRUE(run({&part}));
    EXPECT_EQ(run_->report().stop, StopReason::Signal);
}

TEST_F(FleetRunTest, TellsTheProgressOfAllParts) {
    options_.report_interval = Duration{1};
    FakePart one(meter_, 3);
    FakePart other(meter_, 4);
    other.turns = -10;
    std::ostringstream progress;
    ASSERT_TRUE(run({&one, &other}, &progress));
    EXPECT_THAT(progress.str(), testing::HasSubstr("linked 7 of 7"));
    EXPECT_THAT(progress.str(), testing::HasSubstr("news   news"));
}

TEST_F(FleetRunTest, DoesNotBeginWhenAPartCannot) {
    FakePart part(meter_, 1);
    part.fails = true;
    EXPECT_EQ(run({&part}).error().code, "test.open");
    EXPECT_EQ(part.turns, 0);
}

}  // namespace
}  // namespace cellwise::sim::test
