// SPDX-License-Identifier: Apache-2.0
#include "app/command_service.hpp"

#include "tests/scenarios/world.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using domain::CommandState;
using namespace std::chrono_literals;

class CommandServiceTest : public ::testing::Test {
 protected:
    scenarios::World world_{};
    DeviceId device_{};
    NewCommand wanted_{};

    void SetUp() override {
        world_.start_process();
        device_ = world_.add_device(scenarios::kGood, [](auto& nature) {
            nature.sleeps = true;
            nature.heartbeat = 1h;
        });
        world_.run_for(1min);
        wanted_ = {.app = world_.app(),
                   .device = device_,
                   .content = {.service_id = "Meter", .method = "SET", .paras = "{}"}};
    }
    std::string refusal_of(NewCommand wanted) {
        const auto made = world_.try_create_command(std::move(wanted));
        return made ? "" : made.error().code;
    }
};

TEST_F(CommandServiceTest, StoresACommandWithItsBytesAndItsNumber) {
    const auto first = world_.try_create_command(wanted_).value();
    EXPECT_EQ(first.state, CommandState::Pending);
    EXPECT_EQ(first.mid, 1);
    EXPECT_EQ(as_text(first.payload), R"({"mid":1,"serviceId":"Meter","method":"SET","paras":{}})");
    EXPECT_EQ(first.deadline, first.created_at + 48h) << "the vendor's default";
    EXPECT_EQ(world_.command(first.id), first);
    EXPECT_EQ(world_.try_create_command(wanted_)->mid, 2);
}

TEST_F(CommandServiceTest, RefusesWhatBreaksARule) {
    const auto with = [&](const auto& change) {
        auto wanted = wanted_;
        change(wanted);
        return refusal_of(std::move(wanted));
    };
    EXPECT_EQ(with([](auto& w) { w.callback_url = "http://a/x"; }), "subscription.url.invalid");
    EXPECT_EQ(with([](auto& w) { w.expire_time = -1s; }), "command.expire_time.range");
    EXPECT_EQ(with([](auto& w) { w.expire_time = std::chrono::days{366}; }), "command.expire_time.range");
    EXPECT_EQ(with([](auto& w) { w.max_retransmit = 4; }), "command.max_retransmit.range");
    EXPECT_EQ(with([](auto& w) { w.content.method = std::string(65, 'm'); }), "text.invalid");
    EXPECT_EQ(with([](auto& w) { w.content.paras = R"({"hex":"x"})"; }), "command.paras.invalid");
    EXPECT_EQ(with([](auto& w) { w.content.paras = R"({"a":")" + std::string(1'024, 'a') + "\"}"; }),
              "command.too_long");
    EXPECT_EQ(with([](auto& w) { w.device = *DeviceId::parse("00000000-0000-4000-8000-000000000009"); }),
              "device.not_found");
    EXPECT_EQ(with([](auto& w) { w.app = *AppId::parse("0123456789abcdef01234567"); }), "device.not_found");
}

TEST_F(CommandServiceTest, SaysAtOnceThatNoCommandReachesAMqttDevice) {
    world_.change([&](ports::Transaction& tx) -> Status {
        auto product = **tx.products().find(world_.product());
        product.protocol = domain::Protocol::Mqtt;
        return tx.products().save(product);
    });
    const auto made = world_.try_create_command(wanted_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "command.protocol");
    EXPECT_EQ(made.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(made.error().value, device_.str());
}

TEST_F(CommandServiceTest, SendsNothingThatADeviceCouldTakeForPcp) {
    for (const auto* hex : {"FFFE", "fffe0113000000", "FFFE01170000000000"}) {
        auto wanted = wanted_;
        wanted.content.paras = std::string(R"({"hex":")") + hex + "\"}";
        EXPECT_EQ(refusal_of(wanted), "command.pcp") << hex;
        wanted.content.paras = R"({"rawData":"//4BEwAA"})";
        EXPECT_EQ(refusal_of(wanted), "command.pcp");
    }
}

TEST_F(CommandServiceTest, KeepsTwentyPendingOfADeviceAndNoMore) {
    for (int n = 0; n < 20; ++n) ASSERT_EQ(refusal_of(wanted_), "");
    EXPECT_EQ(refusal_of(wanted_), "command.too_many");
    auto other = wanted_;
    other.device = world_.add_device(scenarios::kGood);
    EXPECT_EQ(refusal_of(other), "");
}

TEST_F(CommandServiceTest, FreesItsDeviceWhenACommandIsRefused) {
    auto wanted = wanted_;
    wanted.device = world_.add_device(scenarios::kGood);  // listens: it is kept free for the command at first
    wanted.content.paras = R"({"hex":"x"})";
    EXPECT_EQ(refusal_of(wanted), "command.paras.invalid");
    wanted.content.paras = "{}";
    EXPECT_EQ(world_.try_create_command(wanted)->state, CommandState::Sent);
}

TEST_F(CommandServiceTest, CancelsOnlyTheCallersOwn) {
    const auto id = world_.create_command(device_);
    EXPECT_EQ(world_.cancel_command(*CommandId::parse("0123456789abcdef01234567")).error().code, "command.not_found");
    EXPECT_EQ(world_.cancel_command(id)->state, CommandState::Canceled);
    EXPECT_EQ(world_.cancel_command(id).error().code, "command.not_pending");
}

}  // namespace
}  // namespace cellwise::app
