// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/domain/mqtt.hpp"
#include "cellwise/domain/pcp.hpp"
#include "cellwise/ports/downlink.hpp"

#include <cstdint>

namespace cellwise::app {

/// What an upgrade asks of a device, whatever protocol carries it. Loop thread only; outcomes never come inside the
/// call.
class DeviceLink {
 public:
    using Outcome = ports::Downlink::Outcome;
    using RadioAnswer = ports::Downlink::RadioAnswer;

    virtual ~DeviceLink() = default;
    virtual void ask_version(const DeviceId& device, Outcome outcome) = 0;
    virtual void read_radio(const DeviceId& device, RadioAnswer answer) = 0;
    virtual bool is_awake(const DeviceId& device) = 0;
};

/// What is said by PCP besides. Answers have no outcome: a device that lacks one asks again.
class ChunkLink : public DeviceLink {
 public:
    virtual void send_notice(const DeviceId& device, const domain::pcp::NewVersionNotice& notice,
                             Outcome outcome) = 0;
    virtual void answer_chunk(const DeviceId& device, std::uint16_t index, ByteView data) = 0;
    virtual void refuse_chunk(const DeviceId& device, domain::pcp::ResultCode result, std::uint16_t index) = 0;
    virtual void answer_download(const DeviceId& device, domain::pcp::ResultCode result) = 0;
    virtual void send_execute(const DeviceId& device, Outcome outcome) = 0;
    virtual void answer_upgrade(const DeviceId& device, domain::pcp::ResultCode result) = 0;
};

/// What is said by MQTT besides.
class UrlLink : public DeviceLink {
 public:
    virtual void send_upgrade(const DeviceId& device, const domain::mqtt::UpgradeNotice& notice, Outcome outcome) = 0;
};

}  // namespace cellwise::app
