// SPDX-License-Identifier: Apache-2.0
#include "app/registration_rules.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

TEST(RegistrationRules, BoundTheEndpoint) {
    EXPECT_TRUE(check_endpoint("x"));
    EXPECT_TRUE(check_endpoint(std::string(256, 'x')));
    EXPECT_EQ(check_endpoint("").error().field, "ep");
    EXPECT_EQ(check_endpoint(std::string(257, 'x')).error().value, "257 bytes");
}

TEST(RegistrationRules, BoundTheLifetime) {
    EXPECT_TRUE(check_lifetime({}));
    EXPECT_TRUE(check_lifetime(1s));
    EXPECT_TRUE(check_lifetime(4'294'967'295s));
    EXPECT_EQ(check_lifetime(0s).error().field, "lt");
    EXPECT_EQ(check_lifetime(999ms).error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(check_lifetime(4'294'967'296s).error().value, "4294967296");
}

TEST(RegistrationRules, KnowTheTwoFormsOfAnImei) {
    EXPECT_EQ(other_form_of("861234567890123"), "urn:imei:861234567890123");
    EXPECT_EQ(other_form_of("urn:imei:861234567890123"), "861234567890123");
    for (const auto* other : {"", "86123456789012", "8612345678901234", "86123456789012x", "urn:imei:", "urn:imei:1",
                              "urn:esn:861234567890123", "node-1"}) {
        EXPECT_FALSE(other_form_of(other)) << other;
    }
}

TEST(RegistrationRules, LetAnUpdateAddToTheRadioReport) {
    domain::RadioReport report{.cell = domain::CellId{"1"}, .rsrp_dbm = -90};
    merge(report, {.rsrp_dbm = -100, .sinr_db = 3});
    EXPECT_EQ(report, (domain::RadioReport{.cell = domain::CellId{"1"}, .rsrp_dbm = -100, .sinr_db = 3}));
}

}  // namespace
}  // namespace cellwise::app
