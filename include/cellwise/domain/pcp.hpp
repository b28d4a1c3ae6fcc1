// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/version.hpp"

#include <cstdint>
#include <optional>
#include <variant>

/// PCP, the platform-device upgrade protocol, as bytes and values. Big-endian; one frame is one CoAP payload of at
/// most 511 bytes; docs/pcp.md has the frame, the bodies and where each fact comes from.
namespace cellwise::domain::pcp {

constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kMaxFrameSize = 511;
constexpr std::uint32_t kMaxChunkCount = 65'535;

enum class MessageCode : std::uint8_t {
    QueryVersion = 19,
    NewVersionNotice = 20,
    RequestChunk = 21,
    DownloadResult = 22,
    Execute = 23,
    UpgradeResult = 24,
};

/// The result byte. Devices may send values that are not listed: the type holds any byte.
enum class ResultCode : std::uint8_t {
    Ok = 0x00,
    InUse = 0x01,
    WeakSignal = 0x02,
    AlreadyLatest = 0x03,
    LowBattery = 0x04,
    NoSpace = 0x05,
    DownloadTimeout = 0x06,
    PackageCheckFailed = 0x07,
    PackageTypeUnsupported = 0x08,
    OutOfMemory = 0x09,
    InstallFailed = 0x0A,
    InternalError = 0x7F,
    NoSuchTask = 0x80,
    NoSuchChunk = 0x81,
};

// What a device says. ------------------------------------------------------------------------------------------
struct VersionReply {  ///< 19
    ResultCode result;
    Version version;
    friend bool operator==(const VersionReply&, const VersionReply&) = default;
};
struct NoticeReply {  ///< 20
    ResultCode result;
    friend bool operator==(const NoticeReply&, const NoticeReply&) = default;
};
struct ChunkRequest {  ///< 21
    Version version;
    std::uint16_t index;
    friend bool operator==(const ChunkRequest&, const ChunkRequest&) = default;
};
struct DownloadReport {  ///< 22
    ResultCode result;
    friend bool operator==(const DownloadReport&, const DownloadReport&) = default;
};
struct ExecuteReply {  ///< 23
    ResultCode result;
    friend bool operator==(const ExecuteReply&, const ExecuteReply&) = default;
};
struct UpgradeReport {  ///< 24
    ResultCode result;
    Version version;
    friend bool operator==(const UpgradeReport&, const UpgradeReport&) = default;
};

using DeviceMessage =
    std::variant<VersionReply, NoticeReply, ChunkRequest, DownloadReport, ExecuteReply, UpgradeReport>;

// What the platform says. --------------------------------------------------------------------------------------
struct QueryVersion {  ///< 19, empty
    friend bool operator==(const QueryVersion&, const QueryVersion&) = default;
};
struct NewVersionNotice {  ///< 20
    Version version;
    std::uint16_t chunk_size;   ///< bytes
    std::uint16_t chunk_count;  ///< chunks, numbered from 0
    std::uint16_t check_code;   ///< the package check code, beside the version the device's key for resuming
    friend bool operator==(const NewVersionNotice&, const NewVersionNotice&) = default;
};
struct ChunkReply {  ///< 21; data is empty unless the result is Ok
    ResultCode result;
    std::uint16_t index;
    Bytes data;
    friend bool operator==(const ChunkReply&, const ChunkReply&) = default;
};
struct DownloadAnswer {  ///< 22
    ResultCode result;
    friend bool operator==(const DownloadAnswer&, const DownloadAnswer&) = default;
};
struct Execute {  ///< 23, empty
    friend bool operator==(const Execute&, const Execute&) = default;
};
struct UpgradeAnswer {  ///< 24
    ResultCode result;
    friend bool operator==(const UpgradeAnswer&, const UpgradeAnswer&) = default;
};

using PlatformMessage =
    std::variant<QueryVersion, NewVersionNotice, ChunkReply, DownloadAnswer, Execute, UpgradeAnswer>;

// Frames. ------------------------------------------------------------------------------------------------------

/// A frame whose header holds: start id, version 1 (high nibble masked), code 19..24, CRC, length.
struct Frame {
    MessageCode code;
    ByteView body;  ///< points into the payload it was found in
};

/// The frame in a payload; nothing means "business data", which is kept and never answered.
std::optional<Frame> find_frame(ByteView payload);

/// The body of a frame read as a device's (platform's) message; nothing when the body is malformed: such a frame is
/// PCP, but says nothing, and moves nothing.
std::optional<DeviceMessage> decode_device_message(const Frame& frame);
std::optional<PlatformMessage> decode_platform_message(const Frame& frame);

/// Whole frames, ready to be one CoAP payload.
Bytes encode(const DeviceMessage& message);
Bytes encode(const PlatformMessage& message);
/// A chunk straight from the package's bytes, without a copy into a message first. `data` at most 500 bytes.
Bytes encode_chunk(std::uint16_t index, ByteView data);

/// The CRC that devices use: table of the MSB-first polynomial 0x1021, walked LSB-first, start 0, no final xor.
/// "123456789" gives 0xB955; no stock CCITT variant does.
std::uint16_t crc16(ByteView bytes);

}  // namespace cellwise::domain::pcp
