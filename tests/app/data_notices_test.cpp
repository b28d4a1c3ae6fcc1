// SPDX-License-Identifier: Apache-2.0
#include "app/data_notices.hpp"

#include "tests/fakes/null_metrics.hpp"
#include "tests/fakes/plain_texts.hpp"
#include "tests/scenarios/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using domain::NotifyType;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class DataNoticesTest : public ::testing::Test {
 protected:
    scenarios::World world_{};
    DeviceId device_{};

    void SetUp() override {
        world_.start_process();
        device_ = world_.add_device(scenarios::kGood, [](auto& nature) { nature.heartbeat = 24h; });
        world_.run_for(10s);
    }
    void subscribe(NotifyType type) {
        world_.change([&](ports::Transaction& tx) {
            return tx.subscriptions().save(
                {.id = *SubscriptionId::parse("0123456789abcdef0123456" + std::to_string(static_cast<int>(type))),
                 .app = world_.app(),
                 .type = type,
                 .callback_url = "http://127.0.0.1:1/push"});
        });
    }
    std::vector<std::string> bodies() {
        std::vector<std::string> all;
        for (const auto& push : world_.pushes()) all.push_back(push.body);
        return all;
    }
};

TEST_F(DataNoticesTest, ReachWhoeverSubscribesToThem) {
    world_.field.report(device_, "one");
    world_.run_for(2s);
    EXPECT_THAT(bodies(), IsEmpty()) << "nobody asked";
    subscribe(NotifyType::DeviceDataChanged);
    world_.field.report(device_, "two");
    world_.run_for(2s);
    EXPECT_THAT(bodies(), ElementsAre("deviceDataChanged two"));
    subscribe(NotifyType::DeviceDatasChanged);
    world_.field.report(device_, "three");
    world_.run_for(2s);
    EXPECT_THAT(bodies(),
                ElementsAre("deviceDataChanged two", "deviceDataChanged three", "deviceDatasChanged three"));
}

TEST_F(DataNoticesTest, TellNothingOfPcp) {
    subscribe(NotifyType::DeviceDataChanged);
    const auto task = world_.create_task({device_});
    world_.field.report(device_, "23.5 m3");
    world_.run_for(15s);
    world_.field.report(device_, "24.0 m3");
    EXPECT_TRUE(world_.run_until_ended(task, 10min));
    std::vector<std::string> data;
    for (const auto& body : bodies()) {
        if (!body.empty()) data.push_back(body);
    }
    EXPECT_THAT(data, ElementsAre("deviceDataChanged 23.5 m3", "deviceDataChanged 24.0 m3"));
}

TEST_F(DataNoticesTest, OfADeviceThatTalksTooMuchDropTheOldest) {
    subscribe(NotifyType::DeviceDataChanged);
    world_.add_device(scenarios::kGood, [](auto& nature) { nature.heartbeat = 24h; });
    world_.run_for(10s);  // both first heartbeats
    constexpr int kMany = 3 * DataNotices::kMostOfADevice;
    for (int n = 0; n < kMany; ++n) {
        world_.field.report(device_, std::to_string(n));
        world_.run_for(200ms);
    }
    world_.run_for(2s);
    const auto all = bodies();
    EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& b) { return b != "deviceDataChanged 23.5 m3"; }),
              DataNotices::kMostOfADevice);
    EXPECT_THAT(all, Contains("deviceDataChanged 23.5 m3")) << "another device's";
    EXPECT_THAT(all, Contains("deviceDataChanged 0")) << "the oldest may be under way";
    EXPECT_THAT(all, Contains("deviceDataChanged " + std::to_string(kMany - 1)));
    EXPECT_THAT(all, ::testing::Not(Contains("deviceDataChanged 1")));
}

TEST_F(DataNoticesTest, OfADeviceThatIsGoneHoldUpNobody) {
    subscribe(NotifyType::DeviceDataChanged);
    fakes::PlainTexts texts;
    fakes::NullMetrics metrics;
    const DataNotices notices(texts, metrics);
    world_.change([&](ports::Transaction& tx) -> Status {
        const auto gone = *DeviceId::parse("00000000-0000-4000-8000-000000000009");
        const auto count =
            notices.append(tx, {{.device = gone, .payload = {1}}, {.device = device_, .payload = {'x'}}});
        if (!count) return count.error();
        EXPECT_EQ(*count, 1U);
        return {};
    });
    EXPECT_THAT(bodies(), ElementsAre("deviceDataChanged x"));
}

}  // namespace
}  // namespace cellwise::app
