// SPDX-License-Identifier: Apache-2.0
#include "app/pcp_link.hpp"

#include <utility>

namespace cellwise::app {
namespace {

/// Answers: a device that lacks one asks again.
const ports::Downlink::Outcome kNobodyAsks{};

}  // namespace

void PcpLink::say(const DeviceId& device, const domain::pcp::PlatformMessage& message, Outcome outcome) {
    downlink_.send(device, domain::pcp::encode(message), std::move(outcome));
}

void PcpLink::ask_version(const DeviceId& device, Outcome outcome) {
    say(device, domain::pcp::QueryVersion{}, std::move(outcome));
}
void PcpLink::read_radio(const DeviceId& device, RadioAnswer answer) {
    downlink_.read_radio(device, std::move(answer));
}
void PcpLink::send_notice(const DeviceId& device, const domain::pcp::NewVersionNotice& notice, Outcome outcome) {
    say(device, notice, std::move(outcome));
}
void PcpLink::answer_chunk(const DeviceId& device, std::uint16_t index, ByteView data) {
    downlink_.send(device, domain::pcp::encode_chunk(index, data), kNobodyAsks);
}
void PcpLink::refuse_chunk(const DeviceId& device, domain::pcp::ResultCode result, std::uint16_t index) {
    say(device, domain::pcp::ChunkReply{.result = result, .index = index, .data = {}}, kNobodyAsks);
}
void PcpLink::answer_download(const DeviceId& device, domain::pcp::ResultCode result) {
    say(device, domain::pcp::DownloadAnswer{result}, kNobodyAsks);
}
void PcpLink::send_execute(const DeviceId& device, Outcome outcome) {
    say(device, domain::pcp::Execute{}, std::move(outcome));
}
void PcpLink::answer_upgrade(const DeviceId& device, domain::pcp::ResultCode result) {
    say(device, domain::pcp::UpgradeAnswer{result}, kNobodyAsks);
}
bool PcpLink::is_awake(const DeviceId& device) { return downlink_.is_awake(device); }

}  // namespace cellwise::app
