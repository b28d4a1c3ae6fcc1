// SPDX-License-Identifier: Apache-2.0
#include "app/pcp_link.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cellwise::app {
namespace {

namespace pcp = domain::pcp;

class Recorder final : public ports::Downlink {
 public:
    std::vector<std::string> sent;
    bool awake = true;

    void send(const DeviceId&, Bytes payload, Outcome outcome) override {
        sent.push_back(to_hex(payload));
        if (outcome) outcome(ports::DeliveryOutcome::Delivered);
    }
    void read_radio(const DeviceId&, RadioAnswer answer) override { answer(ports::DeliveryOutcome::GaveUp, {}); }
    bool is_awake(const DeviceId&) override { return awake; }
    void cancel(const DeviceId&) override {}
};

// The bytes are the published streams.
TEST(PcpLink, SaysEachThingInItsFrame) {
    Recorder downlink;
    PcpLink link(downlink);
    const DeviceId device{};
    int delivered = 0;
    const auto outcome = [&](ports::DeliveryOutcome) { ++delivered; };
    link.ask_version(device, outcome);
    link.send_notice(
        device,
        {.version = *domain::Version::parse("V1.0"), .chunk_size = 500, .chunk_count = 1, .check_code = 0x1234},
        outcome);
    link.answer_chunk(device, 0, as_bytes("HELLO, IoT SOTA!"));
    link.refuse_chunk(device, pcp::ResultCode::NoSuchChunk, 7);
    link.answer_download(device, pcp::ResultCode::Ok);
    link.send_execute(device, outcome);
    link.answer_upgrade(device, pcp::ResultCode::NoSuchTask);
    const std::vector<std::string> expected{
        "fffe01134c9a0000",
        "fffe011402f7001656312e3000000000000000000000000001f400011234",
        "fffe0115e107001300000048454c4c4f2c20496f5420534f544121",
        "fffe0115782e0003810007",
        "fffe0116850e000100",
        "fffe0117cf900000",
        "fffe01183e29000180",
    };
    EXPECT_EQ(downlink.sent, expected);
    EXPECT_EQ(delivered, 3) << "requests tell their outcome, answers do not";
}

TEST(PcpLink, KnowsWhoIsAwakeFromItsDownlink) {
    Recorder downlink;
    PcpLink link(downlink);
    EXPECT_TRUE(link.is_awake({}));
    downlink.awake = false;
    EXPECT_FALSE(link.is_awake({}));
}

}  // namespace
}  // namespace cellwise::app
