// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_link.hpp"

namespace cellwise::fakes {

/// Devices that are asleep for good: nothing is ever heard of what is sent.
class SilentLink final : public app::ChunkLink {
 public:
    void ask_version(const DeviceId&, Outcome) override {}
    void read_radio(const DeviceId&, RadioAnswer) override {}
    void send_notice(const DeviceId&, const domain::pcp::NewVersionNotice&, Outcome) override {}
    void answer_chunk(const DeviceId&, std::uint16_t, ByteView) override {}
    void refuse_chunk(const DeviceId&, domain::pcp::ResultCode, std::uint16_t) override {}
    void answer_download(const DeviceId&, domain::pcp::ResultCode) override {}
    void send_execute(const DeviceId&, Outcome) override {}
    void answer_upgrade(const DeviceId&, domain::pcp::ResultCode) override {}
    bool is_awake(const DeviceId&) override { return false; }
};

/// The same for MQTT devices: none is ever there.
class SilentUrlLink final : public app::UrlLink {
 public:
    void ask_version(const DeviceId&, Outcome) override {}
    void read_radio(const DeviceId&, RadioAnswer) override {}
    void send_upgrade(const DeviceId&, const domain::mqtt::UpgradeNotice&, Outcome) override {}
    bool is_awake(const DeviceId&) override { return false; }
};

}  // namespace cellwise::fakes
