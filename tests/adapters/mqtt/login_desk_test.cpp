// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/login_desk.hpp"

#include "adapters/crypto/hmac.hpp"
#include "tests/fakes/listed_logins.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

using domain::mqtt::LoginVerdict;

TEST(LoginDesk, KnowsTheDaemonAndAsksForDevices) {
    fakes::ListedLogins devices;
    crypto::OpenSslAuthentication authentication;
    const LoginDesk desk({"cellwised", "cellwised", "own"}, devices, authentication);
    EXPECT_EQ(desk.judge({.client_id = "cellwised", .username = "cellwised", .password = "own"}),
              LoginVerdict::Daemon);
    EXPECT_EQ(desk.judge({.client_id = "cellwised", .username = "cellwised", .password = "owm"}),
              LoginVerdict::Refused);
    EXPECT_EQ(desk.judge({.client_id = "another", .username = "cellwised", .password = "own"}),
              LoginVerdict::Refused);
    EXPECT_EQ(desk.judge({.client_id = "x", .username = "meter-7", .password = "right"}), LoginVerdict::Device);
    EXPECT_EQ(desk.judge({.client_id = "x", .username = "meter-7", .password = "own"}), LoginVerdict::Refused);
    devices.away = true;
    EXPECT_EQ(desk.judge({.client_id = "x", .username = "meter-7", .password = "right"}), LoginVerdict::Unavailable);
}

}  // namespace
}  // namespace cellwise::mqtt
