// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_link.hpp"

namespace cellwise::app {

/// Says it in PCP frames, one frame a downlink.
class PcpLink final : public ChunkLink {
 public:
    explicit PcpLink(ports::Downlink& downlink) : downlink_(downlink) {}

    void ask_version(const DeviceId& device, Outcome outcome) override;
    void read_radio(const DeviceId& device, RadioAnswer answer) override;
    void send_notice(const DeviceId& device, const domain::pcp::NewVersionNotice& notice, Outcome outcome) override;
    void answer_chunk(const DeviceId& device, std::uint16_t index, ByteView data) override;
    void refuse_chunk(const DeviceId& device, domain::pcp::ResultCode result, std::uint16_t index) override;
    void answer_download(const DeviceId& device, domain::pcp::ResultCode result) override;
    void send_execute(const DeviceId& device, Outcome outcome) override;
    void answer_upgrade(const DeviceId& device, domain::pcp::ResultCode result) override;
    bool is_awake(const DeviceId& device) override;

 private:
    ports::Downlink& downlink_;

    void say(const DeviceId& device, const domain::pcp::PlatformMessage& message, Outcome outcome);
};

}  // namespace cellwise::app
