// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/pcp.hpp"

#include "domain/crc16.hpp"

#include "cellwise/base/assert.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace cellwise::domain::pcp {
namespace {

constexpr std::uint16_t kStartId = 0xFFFE;
constexpr std::uint8_t kProtocolVersion = 1;
constexpr std::uint8_t kProtocolVersionMask = 0x0F;  // the high nibble is reserved

// Where the header's fields are.
constexpr std::size_t kVersionAt = 2;
constexpr std::size_t kCodeAt = 3;
constexpr std::size_t kCrcAt = 4;
constexpr std::size_t kLengthAt = 6;

constexpr std::size_t kResultSize = 1;
constexpr std::size_t kWordSize = 2;
constexpr std::size_t kMaxChunkSize = 500;
constexpr std::size_t kChunkHeadSize = kResultSize + kWordSize;
static_assert(kMaxFrameSize == kHeaderSize + kChunkHeadSize + kMaxChunkSize);

constexpr std::uint8_t high_byte(std::uint16_t word) { return static_cast<std::uint8_t>(word >> 8); }
constexpr std::uint8_t low_byte(std::uint16_t word) { return static_cast<std::uint8_t>(word & 0xFF); }

std::uint16_t word_at(ByteView bytes, std::size_t at) {
    return static_cast<std::uint16_t>((bytes[at] << 8) | bytes[at + 1]);
}
ResultCode result_at(ByteView bytes, std::size_t at) { return ResultCode{bytes[at]}; }
Version version_at(ByteView bytes, std::size_t at) {
    return Version::from_wire(bytes.subspan(at, Version::kMaxLength));
}

/// The CRC covers the frame with its own field zeroed.
std::uint16_t crc_of_frame(ByteView frame) {
    std::array<std::uint8_t, kHeaderSize> header{};
    std::copy_n(frame.begin(), kHeaderSize, header.begin());
    header[kCrcAt] = header[kCrcAt + 1] = 0;
    return crc16_append(crc16(header), frame.subspan(kHeaderSize));
}

/// Builds one frame in one allocation; the header's CRC comes last.
class FrameWriter {
 public:
    FrameWriter(MessageCode code, std::size_t body_size) {
        frame_.reserve(kHeaderSize + body_size);
        word(kStartId).byte(kProtocolVersion).byte(static_cast<std::uint8_t>(code));
        word(0).word(static_cast<std::uint16_t>(body_size));
    }

    FrameWriter& byte(std::uint8_t value) {
        frame_.push_back(value);
        return *this;
    }
    FrameWriter& word(std::uint16_t value) { return byte(high_byte(value)).byte(low_byte(value)); }
    FrameWriter& result(ResultCode value) { return byte(static_cast<std::uint8_t>(value)); }
    FrameWriter& version(const Version& value) { return bytes(value.wire()); }
    FrameWriter& bytes(ByteView value) {
        frame_.insert(frame_.end(), value.begin(), value.end());
        return *this;
    }

    Bytes finish() {
        CELLWISE_ASSERT(kHeaderSize + word_at(frame_, kLengthAt) == frame_.size());
        const auto crc = crc16(frame_);
        frame_[kCrcAt] = high_byte(crc);
        frame_[kCrcAt + 1] = low_byte(crc);
        return std::move(frame_);
    }

 private:
    Bytes frame_;
};

Bytes result_frame(MessageCode code, ResultCode result) {
    return FrameWriter(code, kResultSize).result(result).finish();
}
Bytes result_and_version_frame(MessageCode code, ResultCode result, const Version& version) {
    return FrameWriter(code, kResultSize + Version::kMaxLength).result(result).version(version).finish();
}

// The device's six.
Bytes to_frame(const VersionReply& m) {
    return result_and_version_frame(MessageCode::QueryVersion, m.result, m.version);
}
Bytes to_frame(const NoticeReply& m) { return result_frame(MessageCode::NewVersionNotice, m.result); }
Bytes to_frame(const ChunkRequest& m) {
    return FrameWriter(MessageCode::RequestChunk, Version::kMaxLength + kWordSize)
        .version(m.version)
        .word(m.index)
        .finish();
}
Bytes to_frame(const DownloadReport& m) { return result_frame(MessageCode::DownloadResult, m.result); }
Bytes to_frame(const ExecuteReply& m) { return result_frame(MessageCode::Execute, m.result); }
Bytes to_frame(const UpgradeReport& m) {
    return result_and_version_frame(MessageCode::UpgradeResult, m.result, m.version);
}

// The platform's six.
Bytes to_frame(const QueryVersion&) { return FrameWriter(MessageCode::QueryVersion, 0).finish(); }
Bytes to_frame(const NewVersionNotice& m) {
    return FrameWriter(MessageCode::NewVersionNotice, Version::kMaxLength + 3 * kWordSize)
        .version(m.version)
        .word(m.chunk_size)
        .word(m.chunk_count)
        .word(m.check_code)
        .finish();
}
Bytes to_frame(const ChunkReply& m) {
    if (m.result == ResultCode::Ok) return encode_chunk(m.index, m.data);
    return FrameWriter(MessageCode::RequestChunk, kChunkHeadSize).result(m.result).word(m.index).finish();
}
Bytes to_frame(const DownloadAnswer& m) { return result_frame(MessageCode::DownloadResult, m.result); }
Bytes to_frame(const Execute&) { return FrameWriter(MessageCode::Execute, 0).finish(); }
Bytes to_frame(const UpgradeAnswer& m) { return result_frame(MessageCode::UpgradeResult, m.result); }

}  // namespace

std::optional<Frame> find_frame(ByteView payload) {
    if (payload.size() < kHeaderSize) return std::nullopt;
    if (word_at(payload, 0) != kStartId) return std::nullopt;
    if ((payload[kVersionAt] & kProtocolVersionMask) != kProtocolVersion) return std::nullopt;
    const auto code = MessageCode{payload[kCodeAt]};
    if (code < MessageCode::QueryVersion || code > MessageCode::UpgradeResult) return std::nullopt;
    if (crc_of_frame(payload) != word_at(payload, kCrcAt)) return std::nullopt;
    if (payload.size() - kHeaderSize != word_at(payload, kLengthAt)) return std::nullopt;
    return Frame{code, payload.subspan(kHeaderSize)};
}

std::optional<DeviceMessage> decode_device_message(const Frame& frame) {
    const auto body = frame.body;
    const bool is_result = body.size() == kResultSize;
    const bool is_result_and_version = body.size() == kResultSize + Version::kMaxLength;
    switch (frame.code) {
        case MessageCode::QueryVersion:
            if (!is_result_and_version) break;
            return VersionReply{result_at(body, 0), version_at(body, kResultSize)};
        case MessageCode::NewVersionNotice:
            if (!is_result) break;
            return NoticeReply{result_at(body, 0)};
        case MessageCode::RequestChunk:
            if (body.size() != Version::kMaxLength + kWordSize) break;
            return ChunkRequest{version_at(body, 0), word_at(body, Version::kMaxLength)};
        case MessageCode::DownloadResult:
            if (!is_result) break;
            return DownloadReport{result_at(body, 0)};
        case MessageCode::Execute:
            if (!is_result) break;
            return ExecuteReply{result_at(body, 0)};
        case MessageCode::UpgradeResult:
            if (!is_result_and_version) break;
            return UpgradeReport{result_at(body, 0), version_at(body, kResultSize)};
    }
    return std::nullopt;
}

namespace {

std::optional<PlatformMessage> decode_notice(ByteView body) {
    if (body.size() != Version::kMaxLength + 3 * kWordSize) return std::nullopt;
    constexpr std::size_t at = Version::kMaxLength;
    return NewVersionNotice{version_at(body, 0), word_at(body, at), word_at(body, at + kWordSize),
                            word_at(body, at + 2 * kWordSize)};
}

std::optional<PlatformMessage> decode_chunk_reply(ByteView body) {
    if (body.size() < kChunkHeadSize || body.size() > kChunkHeadSize + kMaxChunkSize) return std::nullopt;
    const auto data = body.subspan(kChunkHeadSize);
    const auto result = result_at(body, 0);
    if (result != ResultCode::Ok && !data.empty()) return std::nullopt;
    return ChunkReply{result, word_at(body, kResultSize), Bytes(data.begin(), data.end())};
}

}  // namespace

std::optional<PlatformMessage> decode_platform_message(const Frame& frame) {
    const auto body = frame.body;
    switch (frame.code) {
        case MessageCode::QueryVersion:
            if (!body.empty()) break;
            return QueryVersion{};
        case MessageCode::NewVersionNotice:
            return decode_notice(body);
        case MessageCode::RequestChunk:
            return decode_chunk_reply(body);
        case MessageCode::DownloadResult:
            if (body.size() != kResultSize) break;
            return DownloadAnswer{result_at(body, 0)};
        case MessageCode::Execute:
            if (!body.empty()) break;
            return Execute{};
        case MessageCode::UpgradeResult:
            if (body.size() != kResultSize) break;
            return UpgradeAnswer{result_at(body, 0)};
    }
    return std::nullopt;
}

Bytes encode(const DeviceMessage& message) {
    return std::visit([](const auto& m) { return to_frame(m); }, message);
}
Bytes encode(const PlatformMessage& message) {
    return std::visit([](const auto& m) { return to_frame(m); }, message);
}

Bytes encode_chunk(std::uint16_t index, ByteView data) {
    CELLWISE_ASSERT(data.size() <= kMaxChunkSize);
    return FrameWriter(MessageCode::RequestChunk, kChunkHeadSize + data.size())
        .result(ResultCode::Ok)
        .word(index)
        .bytes(data)
        .finish();
}

}  // namespace cellwise::domain::pcp
