// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/pcp.hpp"

#include "tests/domain/pcp_vectors.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <stdexcept>

namespace cellwise::domain::pcp {
namespace {

using Kind = PcpVector::Kind;

/// The `says` column taken apart; asking for what it does not say throws.
class Words {
 public:
    explicit Words(const std::string& says) {
        std::istringstream in(says);
        in >> name;
        for (std::string word; in >> word;) {
            const auto equals = word.find('=');
            fields_[word.substr(0, equals)] = word.substr(equals + 1);
        }
    }

    ResultCode result() const { return static_cast<ResultCode>(std::stoul(fields_.at("result"), nullptr, 16)); }
    std::uint16_t word(const char* key, int base = 10) const {
        return static_cast<std::uint16_t>(std::stoul(fields_.at(key), nullptr, base));
    }
    Version version() const { return Version::from_wire(as_bytes(fields_.at("version"))); }
    Bytes data() const {
        Bytes bytes;
        const auto found = fields_.find("data");
        if (found != fields_.end() && !from_hex(found->second, bytes)) throw std::runtime_error("not hex");
        return bytes;
    }

    std::string name;

 private:
    std::map<std::string, std::string> fields_;
};

DeviceMessage device_message(const std::string& says) {
    const Words words(says);
    if (words.name == "version") return VersionReply{words.result(), words.version()};
    if (words.name == "notice_reply") return NoticeReply{words.result()};
    if (words.name == "chunk_request") return ChunkRequest{words.version(), words.word("index")};
    if (words.name == "download_report") return DownloadReport{words.result()};
    if (words.name == "execute_reply") return ExecuteReply{words.result()};
    if (words.name == "upgrade_report") return UpgradeReport{words.result(), words.version()};
    throw std::runtime_error("a device does not say " + says);
}

PlatformMessage platform_message(const std::string& says) {
    const Words words(says);
    if (words.name == "query_version") return QueryVersion{};
    if (words.name == "notice") {
        return NewVersionNotice{words.version(), words.word("size"), words.word("count"), words.word("code", 16)};
    }
    if (words.name == "chunk") return ChunkReply{words.result(), words.word("index"), words.data()};
    if (words.name == "download_answer") return DownloadAnswer{words.result()};
    if (words.name == "execute") return Execute{};
    if (words.name == "upgrade_answer") return UpgradeAnswer{words.result()};
    throw std::runtime_error("the platform does not say " + says);
}

std::string where(const PcpVector& vector) {
    return "tests/vectors/pcp.txt:" + std::to_string(vector.line) + ": " + vector.meaning;
}

/// The frame with the CRC that it should have, whatever else is wrong with it.
Bytes sealed(Bytes frame) {
    frame[4] = frame[5] = 0;
    const auto crc = crc16(frame);
    frame[4] = static_cast<std::uint8_t>(crc >> 8);
    frame[5] = static_cast<std::uint8_t>(crc & 0xFF);
    return frame;
}

/// A frame whose header holds, around any body.
Bytes frame_around(MessageCode code, const Bytes& body, std::uint8_t version = 1) {
    Bytes frame{0xFF, 0xFE, version, static_cast<std::uint8_t>(code), 0, 0};
    frame.push_back(static_cast<std::uint8_t>(body.size() >> 8));
    frame.push_back(static_cast<std::uint8_t>(body.size() & 0xFF));
    frame.insert(frame.end(), body.begin(), body.end());
    return sealed(frame);
}

TEST(PcpVectors, CoverEveryMessageOfBothSides) {
    std::map<std::size_t, int> of_device;
    std::map<std::size_t, int> of_platform;
    for (const auto& vector : load_pcp_vectors()) {
        if (vector.kind == Kind::Device) ++of_device[device_message(vector.says).index()];
        if (vector.kind == Kind::Platform) ++of_platform[platform_message(vector.says).index()];
    }
    EXPECT_EQ(of_device.size(), std::variant_size_v<DeviceMessage>);
    EXPECT_EQ(of_platform.size(), std::variant_size_v<PlatformMessage>);
}

TEST(PcpVectors, DecodeToWhatTheySay) {
    for (const auto& vector : load_pcp_vectors()) {
        if (!vector.is_message()) continue;
        SCOPED_TRACE(where(vector));
        const auto frame = find_frame(vector.bytes);
        ASSERT_TRUE(frame);
        if (vector.kind == Kind::Device) {
            EXPECT_EQ(decode_device_message(*frame), device_message(vector.says));
        } else {
            EXPECT_EQ(decode_platform_message(*frame), platform_message(vector.says));
        }
    }
}

TEST(PcpVectors, AreWhatTheirMessagesEncodeTo) {
    for (const auto& vector : load_pcp_vectors()) {
        if (!vector.is_message()) continue;
        SCOPED_TRACE(where(vector));
        const auto frame =
            vector.kind == Kind::Device ? encode(device_message(vector.says)) : encode(platform_message(vector.says));
        EXPECT_EQ(to_hex(frame), to_hex(vector.bytes));
    }
}

TEST(PcpVectors, WithAMalformedBodyArePcpButSayNothing) {
    for (const auto& vector : load_pcp_vectors()) {
        if (vector.kind != Kind::Malformed) continue;
        SCOPED_TRACE(where(vector));
        const auto frame = find_frame(vector.bytes);
        ASSERT_TRUE(frame);
        EXPECT_FALSE(decode_device_message(*frame));
        EXPECT_FALSE(decode_platform_message(*frame));
    }
}

TEST(PcpVectors, OfBusinessDataAreNotPcp) {
    for (const auto& vector : load_pcp_vectors()) {
        if (vector.is_frame()) continue;
        EXPECT_FALSE(find_frame(vector.bytes)) << where(vector);
    }
}

TEST(PcpVectors, WithAnyOneBitFlippedAreNotPcp) {
    for (const auto& vector : load_pcp_vectors()) {
        if (!vector.is_frame()) continue;
        for (std::size_t bit = 0; bit < vector.bytes.size() * 8; ++bit) {
            auto flipped = vector.bytes;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
            EXPECT_FALSE(find_frame(flipped)) << where(vector) << ", bit " << bit;
        }
    }
}

TEST(PcpVectors, CutShortAnywhereAreNotPcp) {
    for (const auto& vector : load_pcp_vectors()) {
        if (!vector.is_frame()) continue;
        for (std::size_t size = 0; size < vector.bytes.size(); ++size) {
            EXPECT_FALSE(find_frame(ByteView(vector.bytes).first(size))) << where(vector) << ", cut to " << size;
        }
    }
}

TEST(PcpVectors, WithAnyByteAppendedAreNotPcp) {
    for (const auto& vector : load_pcp_vectors()) {
        if (!vector.is_frame()) continue;
        auto longer = vector.bytes;
        longer.push_back(0);
        for (unsigned byte = 0; byte < 256; ++byte) {
            longer.back() = static_cast<std::uint8_t>(byte);
            EXPECT_FALSE(find_frame(longer)) << where(vector) << ", with " << byte;
        }
    }
}

TEST(PcpVectors, TwoInOnePayloadAreNotPcp) {
    for (const auto& vector : load_pcp_vectors()) {
        if (!vector.is_frame()) continue;
        auto two = vector.bytes;
        two.insert(two.end(), vector.bytes.begin(), vector.bytes.end());
        EXPECT_FALSE(find_frame(two)) << where(vector);
    }
}

TEST(PcpFrame, IsNotFoundInAnEmptyPayload) { EXPECT_FALSE(find_frame({})); }

TEST(PcpFrame, IsOfVersionOneWhateverTheReservedNibbleSays) {
    for (unsigned version = 0; version < 256; ++version) {
        const auto payload = frame_around(MessageCode::Execute, {0}, static_cast<std::uint8_t>(version));
        EXPECT_EQ(find_frame(payload).has_value(), version % 16 == 1) << version;
    }
}

TEST(PcpFrame, OfAnotherStartIdIsNotPcpThoughItsCrcIsRight) {
    for (const std::size_t at : {0U, 1U}) {
        auto frame = frame_around(MessageCode::Execute, {0});
        for (unsigned step = 1; step < 256; ++step) {
            ++frame[at];
            EXPECT_FALSE(find_frame(sealed(frame))) << "byte " << at << ", " << to_hex(frame);
        }
    }
}

TEST(PcpFrame, OfAnotherLengthThanItSaysIsNotPcpThoughItsCrcIsRight) {
    auto frame = frame_around(MessageCode::DownloadResult, Bytes(17));
    for (unsigned length = 0; length < 0x10000; ++length) {
        frame[6] = static_cast<std::uint8_t>(length >> 8);
        frame[7] = static_cast<std::uint8_t>(length & 0xFF);
        EXPECT_EQ(find_frame(sealed(frame)).has_value(), length == 17) << length;
    }
}

TEST(PcpFrame, OfAnUnknownCodeIsNotPcpThoughItsCrcIsRight) {
    for (unsigned code = 0; code < 256; ++code) {
        const bool known = code >= 19 && code <= 24;
        EXPECT_EQ(find_frame(frame_around(static_cast<MessageCode>(code), {0})).has_value(), known) << code;
    }
}

TEST(PcpFrame, OfFullSizeWithAnyOneBitFlippedIsNotPcp) {
    const auto frame = encode_chunk(65'534, Bytes(500, 0xA5));
    ASSERT_EQ(frame.size(), kMaxFrameSize);
    ASSERT_TRUE(find_frame(frame));
    for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
        auto flipped = frame;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
        ASSERT_FALSE(find_frame(flipped)) << "bit " << bit;
    }
}

TEST(PcpFrame, PointsAtItsBody) {
    const auto payload = encode_chunk(1, Bytes{7, 8});
    const auto frame = find_frame(payload);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->body.data(), payload.data() + kHeaderSize);
    EXPECT_EQ(to_hex(frame->body), "0000010708");
}

/// How long the body of a message may be, for every code: the table of docs/pcp.md.
struct BodySizes {
    MessageCode code;
    std::size_t device;
    std::size_t platform_least;
    std::size_t platform_most;
};
constexpr std::array kBodySizes{
    BodySizes{MessageCode::QueryVersion, 17, 0, 0},   BodySizes{MessageCode::NewVersionNotice, 1, 22, 22},
    BodySizes{MessageCode::RequestChunk, 18, 3, 503}, BodySizes{MessageCode::DownloadResult, 1, 1, 1},
    BodySizes{MessageCode::Execute, 1, 0, 0},         BodySizes{MessageCode::UpgradeResult, 17, 1, 1},
};

TEST(PcpBody, OfAnyOtherLengthSaysNothing) {
    for (const auto& sizes : kBodySizes) {
        for (std::size_t size = 0; size <= 600; ++size) {
            const auto payload = frame_around(sizes.code, Bytes(size));
            const auto frame = find_frame(payload);
            ASSERT_TRUE(frame);
            const bool fits_platform = size >= sizes.platform_least && size <= sizes.platform_most;
            EXPECT_EQ(decode_device_message(*frame).has_value(), size == sizes.device)
                << "code " << int(sizes.code) << ", " << size << " bytes";
            EXPECT_EQ(decode_platform_message(*frame).has_value(), fits_platform)
                << "code " << int(sizes.code) << ", " << size << " bytes";
        }
    }
}

TEST(PcpBody, KeepsAResultThatNoTableLists) {
    const auto payload = frame_around(MessageCode::NewVersionNotice, {0x42});
    EXPECT_EQ(decode_device_message(*find_frame(payload)), DeviceMessage{NoticeReply{ResultCode{0x42}}});
}

TEST(PcpBody, MayCarryAVersionOfSixteenCharacters) {
    const DeviceMessage message = ChunkRequest{*Version::parse("0123456789ABCDEF"), 0xFFFE};
    const auto payload = encode(message);
    EXPECT_EQ(to_hex(ByteView(payload).subspan(kHeaderSize)), "30313233343536373839414243444546fffe");
    EXPECT_EQ(decode_device_message(*find_frame(payload)), message);
}

TEST(PcpBody, IgnoresWhatADeviceLeavesBehindTheEndOfItsVersion) {
    Bytes body{0, 'V', '1', 0, 'j', 'u', 'n', 'k'};
    body.resize(17, 0xFF);
    const auto payload = frame_around(MessageCode::QueryVersion, body);
    EXPECT_EQ(decode_device_message(*find_frame(payload)),
              (DeviceMessage{VersionReply{ResultCode::Ok, *Version::parse("V1")}}));
}

TEST(PcpChunk, IsEncodedAlikeFromBytesAndFromAMessage) {
    for (const std::size_t size : {0U, 1U, 32U, 499U, 500U}) {
        const Bytes data(size, 0xC3);
        EXPECT_EQ(encode_chunk(9, data), encode(PlatformMessage{ChunkReply{ResultCode::Ok, 9, data}})) << size;
    }
}

TEST(PcpChunk, ReadsBackAtEverySize) {
    for (std::size_t size = 0; size <= 500; ++size) {
        const Bytes data(size, static_cast<std::uint8_t>(size));
        const auto payload = encode_chunk(0x1234, data);
        const auto frame = find_frame(payload);
        ASSERT_TRUE(frame);
        EXPECT_EQ(decode_platform_message(*frame), (PlatformMessage{ChunkReply{ResultCode::Ok, 0x1234, data}}));
    }
}

TEST(PcpChunk, ThatIsRefusedCarriesItsIndexAndNoData) {
    const auto frame = encode(PlatformMessage{ChunkReply{ResultCode::NoSuchChunk, 7, Bytes(10, 1)}});
    EXPECT_EQ(to_hex(frame), "fffe0115782e0003810007");
}

TEST(PcpChunk, ThatIsRefusedYetBringsDataIsMalformed) {
    const auto payload = frame_around(MessageCode::RequestChunk, {0x80, 0, 0, 1});
    EXPECT_FALSE(decode_platform_message(*find_frame(payload)));
}

TEST(PcpChunkDeathTest, PastFiveHundredBytesIsABug) { EXPECT_DEATH(encode_chunk(0, Bytes(501)), "kMaxChunkSize"); }

}  // namespace
}  // namespace cellwise::domain::pcp
