// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/device_result.hpp"

#include "tests/tools/sim/mqtt/a_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::sim::mqtt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Record a_success() {
    Record record{.end = End::Succeeded, .version = "V2.0", .target = "V2.0", .sha256 = "ab"};
    record.installs["V2.0"] = 1;
    return record;
}

TEST(MqttDeviations, AreNoneWhenAllIsAsScripted) {
    EXPECT_THAT(find_deviations(a_script(), End::Succeeded, a_success(), "ab"), IsEmpty());
    const Record refused{.version = "V1.0", .target = "V2.0"};
    EXPECT_THAT(find_deviations(a_script({}, {FaultKind::Refuse, 1}), End::RefusedNotice, refused, "ab"), IsEmpty());
}

TEST(MqttDeviations, NameAnotherEndAndItsReason) {
    auto record = a_success();
    record.download_error = "HTTP status 401";
    EXPECT_THAT(find_deviations(a_script(), End::DownloadFailed, record, ""),
                ElementsAre("ended download-failed instead of succeeded (HTTP status 401)"));
    EXPECT_THAT(find_deviations(a_script(), End::None, Record{}, ""), ElementsAre(HasSubstr("has not ended")));
}

TEST(MqttDeviations, NameADoubleInstallationForeignBytesAndStrays) {
    auto record = a_success();
    record.installs["V2.0"] = 2;
    record.strays = 3;
    record.faults = {"odd"};
    EXPECT_THAT(find_deviations(a_script(), End::Succeeded, record, "cd"),
                ElementsAre(HasSubstr("2 times"), HasSubstr("SHA-256 ab"), HasSubstr("3 messages"), "odd"));
}

TEST(MqttDeviations, NameAVersionThatTheEndDoesNotCallFor) {
    auto script = a_script();
    script.target_version = "V3.0";
    EXPECT_THAT(find_deviations(script, End::Succeeded, a_success(), ""), ElementsAre(HasSubstr("\"V3.0\"")));
}

}  // namespace
}  // namespace cellwise::sim::mqtt::test
