// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

constexpr const char* kCalledDevice = "00000000-0000-4000-8000-000000000001";

using DeviceWord = CtlFixture;

TEST_F(DeviceWord, MayBeANodeId) {
    api_.answers("GET /api/v1/devices?nodeId=urn:imei:1&limit=1",
                 {.body = std::string(R"({"items":[{"deviceId":")") + kCalledDevice +
                          R"(","nodeId":"urn:imei:1"}],"nextCursor":"more"})"});
    api_.answers(std::string("GET /api/v1/devices/") + kCalledDevice, {.body = R"({"name":"hall"})"});
    const auto outcome = run({"devices", "show", "urn:imei:1"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "name  hall\n");
}

TEST_F(DeviceWord, ThatOnlyBeginsSoIsNotTaken) {
    api_.answers("GET /api/v1/devices?nodeId=urn:imei:1&limit=1",
                 {.body = R"({"items":[{"deviceId":"x","nodeId":"urn:imei:12"}],"nextCursor":null})"});
    const auto outcome = run({"devices", "delete", "urn:imei:1"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("urn:imei:1 [device.not_found]"));
    EXPECT_EQ(api_.requests().size(), 1U);
}

}  // namespace
}  // namespace cellwise::ctl::test
