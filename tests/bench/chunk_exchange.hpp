// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/domain/version.hpp"

#include <array>
#include <cstdint>

/// The four datagrams by which a device gets a chunk (docs/lwm2m.md, docs/pcp.md): it notifies, is confirmed, is
/// written to, confirms. What the device sends is made here; what it gets is recognised by its size.
namespace cellwise::bench {

inline constexpr std::size_t kChunkSize = 500;
inline constexpr std::size_t kChunkCount = 200;  ///< of the package: 100 kB

inline constexpr std::size_t kNotificationSize = 44;
inline constexpr std::size_t kNotificationAckSize = 4;
inline constexpr std::size_t kChunkWriteSize = 533;  ///< PUT /19/1/0 with a token of 8 bytes and a PCP frame of 511
inline constexpr std::size_t kChunkAckSize = 12;
inline constexpr std::size_t kDatagramsPerChunk = 4;

/// Where the PCP frame of a chunk write says which chunk it is, and where its bytes begin.
inline constexpr std::size_t kIndexAt = kChunkWriteSize - kChunkSize - 2;
inline constexpr std::size_t kDataAt = kChunkWriteSize - kChunkSize;

const domain::Version& target_version();
/// What stands in the package at `offset`.
constexpr std::uint8_t package_byte(std::size_t offset) {
    return static_cast<std::uint8_t>(offset * 7 + offset / 251);
}

/// The token that the n-th device was asked to observe by.
domain::ObservationToken token_of(std::uint32_t device);
/// 127.1.0.0 and up: every device has an address of its own, host byte order.
constexpr std::uint32_t address_of(std::uint32_t device) { return 0x7F010000U + device; }
constexpr std::uint32_t device_at(std::uint32_t address) { return address - 0x7F010000U; }

/// CON 2.05 of /19/0/0 with a request for that chunk.
std::array<std::uint8_t, kNotificationSize> notification(std::uint32_t device, std::uint16_t message_id,
                                                         std::uint16_t chunk);
/// ACK 2.04 to a chunk write.
std::array<std::uint8_t, kChunkAckSize> chunk_ack(ByteView chunk_write);

}  // namespace cellwise::bench
