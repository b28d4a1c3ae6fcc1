// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cellwise::domain::mqtt {
namespace {

const std::vector<ServiceProperties> kReport{
    {"Battery", {{"rsrp", "-1"}}},
    {"Connectivity", {{"rsrp", "-97"}, {"sinr", "9.5"}, {"cellId", "4242"}, {"x", ""}}}};

TEST(MqttRadio, IsReadByTheNamesOfTheProduct) {
    EXPECT_EQ(radio_of(kReport, {}), (RadioReport{.cell = CellId{"4242"}, .rsrp_dbm = -97, .sinr_db = 9.5}));
    EXPECT_EQ(radio_of(kReport, {.radio_service = "Battery"}), (RadioReport{.rsrp_dbm = -1}));
    EXPECT_EQ(radio_of(kReport, {.radio_service = "Radio"}), std::nullopt);
}

TEST(MqttRadio, LeavesOutWhatMakesNoSense) {
    const std::vector<ServiceProperties> report{
        {"Connectivity", {{"rsrp", "nan"}, {"sinr", "9 dB"}, {"cellId", std::string(33, '4')}}}};
    EXPECT_EQ(radio_of(report, {}), std::nullopt);
}

TEST(MqttRadio, ForgetsWhatWasMeasuredInAnotherCell) {
    RadioReport known{.cell = CellId{"1"}, .rsrp_dbm = -90, .sinr_db = 3};
    lay_over(known, {.rsrp_dbm = -91});
    EXPECT_EQ(known, (RadioReport{.cell = CellId{"1"}, .rsrp_dbm = -91, .sinr_db = 3}));
    lay_over(known, {.cell = CellId{"2"}, .sinr_db = 4});
    EXPECT_EQ(known, (RadioReport{.cell = CellId{"2"}, .sinr_db = 4}));
}

TEST(MqttVersion, IsNeverTakenForAShorterOne) {
    EXPECT_EQ(version_of("V2.0").raw(), "V2.0");
    EXPECT_EQ(version_of("0123456789abcdef").raw(), "0123456789abcdef");
    EXPECT_NE(version_of("0123456789abcdefg"), version_of("0123456789abcdef"));
    EXPECT_TRUE(version_of("").empty());
}

}  // namespace
}  // namespace cellwise::domain::mqtt
