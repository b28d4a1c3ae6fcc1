// SPDX-License-Identifier: Apache-2.0
#include "app/device_details.hpp"

#include "tests/fakes/glass_box.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

const DeviceId kDevice = *DeviceId::parse("00000000-0000-4000-8000-000000000001");

std::string refused(const DetailsChange& change) {
    const auto ok = check_details(change);
    return ok ? "" : ok.error().code + ' ' + ok.error().field;
}

TEST(DeviceDetails, AreRefusedByFieldAndRule) {
    EXPECT_EQ(refused({}), "");
    EXPECT_EQ(refused({.mute = "TRUE", .psk = "0123456789abcdefABCDEF0123456789", .secret = "a_secret-1"}), "");
    EXPECT_EQ(refused({.verify_code = ""}), "device.verify_code.invalid verifyCode");
    EXPECT_EQ(refused({.verify_code = "a\nb"}), "device.verify_code.invalid verifyCode");
    EXPECT_EQ(refused({.imsi = std::string(65, '1')}), "text.invalid imsi");
    EXPECT_EQ(refused({.protocol = "SMTP"}), "device.field.invalid protocolType");
    EXPECT_EQ(refused({.mute = "maybe"}), "device.field.invalid mute");
    EXPECT_EQ(refused({.location = "\xFF"}), "text.invalid location");
    EXPECT_EQ(refused({.tags = std::string(4097, 'x')}), "device.field.invalid tags");
    for (const auto* psk : {"1234567", "0123456789abcdefABCDEF01234567890", "0123456g"}) {
        EXPECT_EQ(refused({.psk = psk}), "device.field.invalid psk");
    }
    EXPECT_EQ(refused({.secret = "short"}), "device.field.invalid secret");
}

TEST(DeviceDetails, NeverShowASecretInAnError) {
    const auto ok = check_details({.psk = "not hex at all"});
    ASSERT_FALSE(ok);
    EXPECT_EQ(ok.error().value, "");
    EXPECT_EQ(ok.error().message.find("not hex"), std::string::npos);
}

TEST(DeviceDetails, AreSealedForTheirDevice) {
    fakes::GlassBox box;
    DetailsChange change{.psk = "00112233", .secret = "opensesame"};
    ASSERT_TRUE(seal_secrets(change, kDevice, box));
    EXPECT_EQ(box.open(*change.psk, kDevice.view()).value(), "00112233");
    EXPECT_EQ(box.open(*change.secret, kDevice.view()).value(), "opensesame");
}

TEST(DeviceDetails, KeepWhatIsNotSaid) {
    domain::DeviceDetails details{.location = "west", .region = "north", .timeout_seconds = 7};
    lay_over(details, {.region = "", .secure = true}, Timestamp{});
    EXPECT_EQ(details.location, "west");
    EXPECT_EQ(details.region, "");
    EXPECT_TRUE(details.secure);
    EXPECT_EQ(details.timeout_seconds, 7U);
}

TEST(DeviceDetails, CountATimeoutFromNowAndZeroIsNever) {
    domain::DeviceDetails details;
    const auto now = from_unix_ms(1'000'000);
    lay_over(details, {.timeout_seconds = 60}, now);
    EXPECT_EQ(details.expires_at, now + std::chrono::seconds(60));
    lay_over(details, {.timeout_seconds = 0}, now);
    EXPECT_EQ(details.expires_at, std::nullopt);
}

TEST(DeviceDetails, SayNothingWhenNothingIsSet) {
    EXPECT_TRUE(DetailsChange{}.says_nothing());
    EXPECT_FALSE((DetailsChange{.organization = ""}.says_nothing()));
    EXPECT_FALSE((DetailsChange{.secure = false}.says_nothing()));
    EXPECT_FALSE((DetailsChange{.timeout_seconds = 0}.says_nothing()));
}

}  // namespace
}  // namespace cellwise::app
