// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chunk_exchange.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/domain/pcp.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace cellwise::bench {
namespace {

constexpr std::uint8_t high_byte(std::uint16_t word) { return static_cast<std::uint8_t>(word >> 8U); }
constexpr std::uint8_t low_byte(std::uint16_t word) { return static_cast<std::uint8_t>(word & 0xFFU); }

constexpr std::size_t kTokenAt = 4;
constexpr std::size_t kTokenSize = 8;
constexpr std::size_t kFrameSize = 26;  ///< of a PCP request for a chunk

/// The frames of all chunk requests, made once: the devices shall cost little, so that the server is what is
/// measured.
const std::vector<Bytes>& request_frames() {
    static const std::vector<Bytes> frames = [] {
        std::vector<Bytes> made;
        for (std::uint16_t chunk = 0; chunk < kChunkCount; ++chunk) {
            made.push_back(
                domain::pcp::encode(domain::pcp::DeviceMessage{domain::pcp::ChunkRequest{target_version(), chunk}}));
            CELLWISE_ASSERT(made.back().size() == kFrameSize);
        }
        return made;
    }();
    return frames;
}

}  // namespace

const domain::Version& target_version() {
    static const domain::Version version = *domain::Version::parse("V2.0");
    return version;
}

domain::ObservationToken token_of(std::uint32_t device) {
    // Spread like random bytes, which real tokens are.
    const std::uint64_t spread = (device + 1ULL) * 0x9E3779B97F4A7C15ULL;
    domain::ObservationToken token{};
    std::memcpy(token.data(), &spread, token.size());
    return token;
}

std::array<std::uint8_t, kNotificationSize> notification(std::uint32_t device, std::uint16_t message_id,
                                                         std::uint16_t chunk) {
    // Version 1, CON, 8 bytes of token; 2.05; Observe (6) of two bytes; Content-Format (12) 42; the payload's marker.
    std::array<std::uint8_t, kNotificationSize> datagram{0x48, 0x45, high_byte(message_id), low_byte(message_id)};
    const auto token = token_of(device);
    auto* at = std::copy(token.begin(), token.end(), datagram.data() + kTokenAt);
    const std::array<std::uint8_t, 6> options{0x62, high_byte(message_id), low_byte(message_id), 0x61, 42, 0xFF};
    at = std::copy(options.begin(), options.end(), at);
    const auto& frame = request_frames()[chunk];
    at = std::copy(frame.begin(), frame.end(), at);
    CELLWISE_ASSERT(at == datagram.data() + datagram.size());
    return datagram;
}

std::array<std::uint8_t, kChunkAckSize> chunk_ack(ByteView chunk_write) {
    std::array<std::uint8_t, kChunkAckSize> datagram{0x68, 0x44, chunk_write[2], chunk_write[3]};
    std::copy_n(chunk_write.begin() + kTokenAt, kTokenSize, datagram.begin() + kTokenAt);
    return datagram;
}

}  // namespace cellwise::bench
