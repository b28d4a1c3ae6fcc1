// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/login_gate.hpp"

#include <gtest/gtest.h>

namespace cellwise::plugin {
namespace {

using namespace std::chrono_literals;
using domain::mqtt::LoginQuestion;
using domain::mqtt::LoginVerdict;
using Verdict = LoginGate::Verdict;

class Gate : public testing::Test {
 protected:
    Verdict login(const std::string& name = "a", const std::string& password = "right") {
        return gate_.judge({.client_id = name + "_0_1_2025041401", .username = name, .password = password}, now_);
    }

    std::optional<LoginVerdict> says_ = LoginVerdict::Device;  ///< the daemon; nothing: it is away
    int asked_ = 0;
    Timestamp now_ = from_unix_ms(1'000'000);
    LoginGate gate_{{}, [this](const LoginQuestion&) {
                        ++asked_;
                        return says_;
                    }};
};
using LoginGateTest = Gate;

TEST_F(LoginGateTest, LetsInWhomTheDaemonLetsIn) {
    EXPECT_EQ(login(), Verdict::Device);
    says_ = LoginVerdict::Refused;
    EXPECT_EQ(login("b"), Verdict::Refused);
}

TEST_F(LoginGateTest, AsksOnceForADeviceThatComesAgainAtOnce) {
    login();
    EXPECT_EQ(login(), Verdict::Device);
    EXPECT_EQ(asked_, 1);
    now_ += 5s;
    login();
    EXPECT_EQ(asked_, 2);
}

TEST_F(LoginGateTest, NeverAsksAboutWhatNoDeviceBears) {
    EXPECT_EQ(login("a/b"), Verdict::Refused);
    EXPECT_EQ(login(""), Verdict::Refused);
    EXPECT_EQ(login(std::string(10'240, 'a')), Verdict::Refused);
    EXPECT_EQ(gate_.judge({.client_id = "a_0_1_2025041401", .username = "b", .password = "x"}, now_),
              Verdict::Refused);
    EXPECT_EQ(asked_, 0);
}

TEST_F(LoginGateTest, LetsInWhomItLetInWithinTheHourWhileTheDaemonIsAway) {
    login();
    says_.reset();
    now_ += 59min;
    EXPECT_EQ(login(), Verdict::Device);
    EXPECT_EQ(login("a", "wrong"), Verdict::Refused);
    EXPECT_EQ(login("b"), Verdict::Refused) << "who was not here is told to come again";
    EXPECT_TRUE(gate_.daemon_is_away());
    now_ += 1min;
    EXPECT_EQ(login(), Verdict::Refused);
}

TEST_F(LoginGateTest, AsksADaemonThatIsAwayOnceASecond) {
    says_.reset();
    for (int i = 0; i < 100; ++i) login();
    EXPECT_EQ(asked_, 1) << "each question may take the broker's time";
    now_ += 1s;
    says_ = LoginVerdict::Device;
    EXPECT_EQ(login(), Verdict::Device);
    EXPECT_FALSE(gate_.daemon_is_away());
}

TEST_F(LoginGateTest, TakesADaemonThatCannotSayForOneThatIsAway) {
    login();
    now_ += 1min;
    says_ = LoginVerdict::Unavailable;
    EXPECT_EQ(login(), Verdict::Device);
    EXPECT_EQ(login("b"), Verdict::Refused);
}

TEST_F(LoginGateTest, ForgetsADeviceThatTheDaemonRefuses) {
    login();
    now_ += 1min;
    says_ = LoginVerdict::Refused;
    EXPECT_EQ(login(), Verdict::Refused);
    says_.reset();
    EXPECT_EQ(login(), Verdict::Refused);
}

TEST_F(LoginGateTest, BelievesNoLoginOfADeviceThatWasPutOut) {
    login();
    gate_.forget("a");
    says_ = LoginVerdict::Refused;
    EXPECT_EQ(login(), Verdict::Refused) << "although it was good a moment ago";
    says_.reset();
    EXPECT_EQ(login(), Verdict::Refused) << "nor while the daemon is away";
}

TEST_F(LoginGateTest, LetsTheDaemonInUnderItsOwnNameOnly) {
    says_ = LoginVerdict::Daemon;
    EXPECT_EQ(login(), Verdict::Refused) << "a device is no daemon, whoever says so";
    const LoginQuestion own{.client_id = "cellwised", .username = "cellwised", .password = "x"};
    EXPECT_EQ(gate_.judge(own, now_), Verdict::Daemon);
    says_ = LoginVerdict::Device;
    EXPECT_EQ(gate_.judge(own, now_), Verdict::Refused) << "no device gets the daemon's rights by its name";
}

TEST_F(LoginGateTest, AsksForTheDaemonItselfAtOnce) {
    says_.reset();
    login();
    says_ = LoginVerdict::Daemon;
    const LoginQuestion own{.client_id = "cellwised", .username = "cellwised", .password = "x"};
    EXPECT_EQ(gate_.judge(own, now_), Verdict::Daemon) << "it is there, or it would not log in";
    says_ = LoginVerdict::Device;
    EXPECT_EQ(login(), Verdict::Device);
}

}  // namespace
}  // namespace cellwise::plugin
