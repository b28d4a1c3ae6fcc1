// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/property_codec.hpp"

#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

using domain::mqtt::ServiceProperties;
using Reports = std::vector<ServiceProperties>;

TEST(MqttProperties, AreReadAsTexts) {
    const auto text =
        fakes::TemporaryDirectory::read(fakes::in_source_tree("tests/vectors/mqtt/properties_report.json"));
    const auto report = decode_properties(text);
    ASSERT_TRUE(report);
    EXPECT_EQ(*report,
              (Reports{{"Connectivity", {{"cellId", "4242"}, {"roaming", "false"}, {"rsrp", "-97"}, {"sinr", "9.5"}}},
                       {"Meter", {{"value", "12"}}}}));
}

TEST(MqttProperties, OfAnotherShapeArePassedOverOrRefused) {
    EXPECT_EQ(decode_properties(R"({"services":[{"service_id":"A"},{"properties":{}},7]})").value(), Reports{});
    EXPECT_FALSE(decode_properties("[]"));
    EXPECT_FALSE(decode_properties(std::string(10'000, '[')));
    EXPECT_EQ(decode_properties(std::string(kLongestProperties + 1, ' ')).error().code, "mqtt.payload.too_large");
}

TEST(MqttProperties, HaveABound) {
    std::string members;
    for (int i = 0; i < 300; ++i) members += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
    const auto report = decode_properties(R"({"services":[{"service_id":"A","properties":{)" + members + "}}]}");
    EXPECT_EQ(report.value().at(0).values.size(), kMostProperties);
}

}  // namespace
}  // namespace cellwise::mqtt
