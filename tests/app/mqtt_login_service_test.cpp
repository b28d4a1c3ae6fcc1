// SPDX-License-Identifier: Apache-2.0
#include "app/mqtt_login_service.hpp"

#include "adapters/crypto/hmac.hpp"
#include "tests/app/service_fixture.hpp"
#include "tests/fakes/null_metrics.hpp"

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSecret = "12345678";
constexpr const char* kStamp = "2025041401";
/// HMAC-SHA-256 of the secret under the stamp.
constexpr const char* kPassword = "c75150e6cb841417396819e4d2ee4358a416344a03a083e3a8567074ddec820a";

class MqttLogins : public ServiceFixture {
 protected:
    MqttLogins() { clock_.set(domain::mqtt::parse_stamp(kStamp).value() + 30min); }

    domain::Device a_device(std::string node_id, std::optional<ProductId> product = {},
                            std::optional<std::string> secret = kSecret) {
        return create_device(
            {.node_id = std::move(node_id), .product = std::move(product), .details = {.secret = std::move(secret)}});
    }
    ProductId a_product_of(domain::Protocol protocol) {
        auto product = a_product("MQ-1");
        product.protocol = protocol;
        return answer_of<domain::Product>([&](auto done) { catalog_.create(product, std::move(done)); }).value().id;
    }
    /// "" or the code of the error.
    std::string login(const std::string& name, const std::string& suffix = "_0_1_2025041401",
                      std::string_view password = kPassword) {
        const auto verdict = logins_.check(name + suffix, name, password);
        return verdict ? "" : verdict.error().code;
    }

    crypto::OpenSslAuthentication authentication_{};
    fakes::NullMetrics metrics_{};
    MqttLoginService logins_{{store_, clock_, secrets_, authentication_, metrics_}};
};

TEST_F(MqttLogins, TakeThePasswordThatTheSecretAndTheStampGive) {
    a_device("meter-7");
    EXPECT_EQ(login("meter-7"), "");
    EXPECT_EQ(login("meter-7", "_2_0_2025041401"), "");
    auto wrong = std::string(kPassword);
    wrong.back() = 'b';
    for (const auto& password : {wrong, std::string{}, std::string(kSecret), std::string(64, 'C')}) {
        EXPECT_EQ(login("meter-7", "_0_1_2025041401", password), "mqtt.login.password");
    }
    EXPECT_EQ(login("meter-7", "_0_1_2025041400"), "mqtt.login.password") << "it is another stamp's";
}

TEST_F(MqttLogins, TakeAStampOfTypeOneWithinTwoHoursAndOfTypeZeroAtAnyAge) {
    a_device("meter-7");
    clock_.advance(2h);
    EXPECT_EQ(login("meter-7"), "");
    clock_.advance(1h);
    EXPECT_EQ(login("meter-7"), "mqtt.login.stamp");
    EXPECT_EQ(login("meter-7", "_0_0_2025041401"), "");
}

TEST_F(MqttLogins, KnowADeviceByItsIdAndByItsNodeId) {
    const auto device = a_device("meter-7");
    EXPECT_EQ(login(device.id.str()), "");
    EXPECT_EQ(login("meter-7"), "");
    EXPECT_EQ(login("meter-8"), "mqtt.login.unknown");
}

TEST_F(MqttLogins, LetADeviceIdWinOverTheNodeIdOfAnother) {
    const auto device = a_device("meter-7");
    a_device(device.id.str(), {}, "another-secret");
    EXPECT_EQ(login(device.id.str()), "");
}

TEST_F(MqttLogins, TakeDevicesOfMqttProductsAndOfNone) {
    a_device("mqtt", a_product_of(domain::Protocol::Mqtt));
    a_device("none");
    EXPECT_EQ(login("mqtt"), "");
    EXPECT_EQ(login("none"), "");
    a_device("coap", create_product().id);
    EXPECT_EQ(login("coap"), "mqtt.login.protocol");
}

TEST_F(MqttLogins, RefuseADeviceWithoutASecret) {
    a_device("meter-7", {}, std::nullopt);
    EXPECT_EQ(login("meter-7"), "mqtt.login.no_secret");
}

TEST_F(MqttLogins, RefuseAClientIdOfAnotherShapeOrName) {
    a_device("meter-7");
    a_device("meter-8");
    EXPECT_EQ(login("meter-7", ""), "mqtt.login.malformed");
    EXPECT_EQ(login("meter-7", "_1_1_2025041401"), "mqtt.login.malformed");
    const auto other = logins_.check("meter-8_0_1_2025041401", "meter-7", kPassword);
    EXPECT_EQ(other.error().code, "mqtt.login.malformed");
    for (const auto& name :
         {std::string("a/b"), std::string("+"), std::string("a\0b", 3), std::string(10'240, 'a')}) {
        EXPECT_EQ(login(name), "mqtt.login.malformed");
    }
}

TEST_F(MqttLogins, StopListeningToANameThatIsTriedTooOften) {
    a_device("meter-7");
    a_device("meter-8");
    for (std::uint32_t i = 0; i < MqttLoginService::kMostWrongTries; ++i) {
        ASSERT_EQ(login("meter-7", "_0_1_2025041401", "guess"), "mqtt.login.password");
    }
    EXPECT_EQ(login("meter-7"), "mqtt.login.throttled");
    EXPECT_EQ(login("meter-8"), "") << "others are not hindered";
    clock_.advance(10min);
    EXPECT_EQ(login("meter-7"), "");
}

TEST_F(MqttLogins, ForgetTheWrongTriesOfADeviceThatComesIn) {
    a_device("meter-7");
    for (std::uint32_t i = 0; i < 3 * MqttLoginService::kMostWrongTries; ++i) {
        ASSERT_EQ(login("meter-7", "_0_1_2025041401", "guess"), "mqtt.login.password");
        ASSERT_EQ(login("meter-7"), "");
    }
}

TEST_F(MqttLogins, SayWhenNobodyCanTellNow) {
    a_device("meter-7");
    store_.read_error = internal_error("store.broken", "disk on fire");
    EXPECT_EQ(logins_.check("meter-7_0_1_2025041401", "meter-7", kPassword).error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace cellwise::app
