// SPDX-License-Identifier: Apache-2.0
#include "domain/crc16.hpp"

#include "cellwise/domain/pcp.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cellwise::domain::pcp {
namespace {

/// The CRC as docs/pcp.md words it, bit by bit, sharing nothing with the tables.
std::uint16_t slow_crc16(ByteView bytes) {
    unsigned crc = 0;
    for (const auto byte : bytes) {
        unsigned entry = ((crc ^ byte) & 0xFFU) << 8;
        for (int bit = 0; bit < 8; ++bit) entry = (entry & 0x8000U) != 0 ? (entry << 1) ^ 0x1021U : entry << 1;
        crc = (crc >> 8) ^ (entry & 0xFFFFU);
    }
    return static_cast<std::uint16_t>(crc);
}

Bytes random_bytes(std::size_t size) {
    std::mt19937 random(20);
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

TEST(Crc16, GivesThePublishedCheckValue) { EXPECT_EQ(crc16(as_bytes("123456789")), 0xB955); }

TEST(Crc16, OfOneByteIsItsTableEntry) {
    EXPECT_EQ(crc16(Bytes{1}), 0x1021);
    EXPECT_EQ(crc16(Bytes{128}), 0x9188);
    EXPECT_EQ(crc16(Bytes{255}), 0x1EF0);
}

TEST(Crc16, OfNothingIsZero) { EXPECT_EQ(crc16({}), 0); }

TEST(Crc16, AgreesWithTheDefinitionAtEveryLengthAndAlignment) {
    const auto bytes = random_bytes(600);
    for (std::size_t begin = 0; begin < 20; ++begin) {
        for (std::size_t size = 0; begin + size <= bytes.size(); ++size) {
            const auto part = ByteView(bytes).subspan(begin, size);
            ASSERT_EQ(crc16(part), slow_crc16(part)) << "bytes " << begin << " + " << size;
        }
    }
}

TEST(Crc16, CanBeTakenInPieces) {
    const auto bytes = random_bytes(100);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const auto first = crc16(ByteView(bytes).first(cut));
        ASSERT_EQ(crc16_append(first, ByteView(bytes).subspan(cut)), crc16(bytes)) << "cut at " << cut;
    }
}

// The CRC of two streams' difference is the difference of their CRCs, so a change is seen if its own CRC is not 0.
TEST(Crc16, SeesEveryChangeWithinOneByteOfAFrame) {
    for (unsigned change = 1; change < 256; ++change) {
        auto crc = crc16(Bytes{static_cast<std::uint8_t>(change)});
        for (std::size_t after = 0; after < kMaxFrameSize; ++after) {
            ASSERT_NE(crc, 0) << change << " and " << after << " bytes after it";
            crc = crc16_append(crc, Bytes{0});
        }
    }
}

// docs/pcp.md warns of it: mixing the two bit orders costs the guarantees that a stock CRC gives for short bursts and
// for pairs of bits.
TEST(Crc16, IsBlindToChangesThatAStockCrcSees) {
    const auto bytes = random_bytes(64);
    auto burst = bytes;
    burst[10] ^= 0x89;
    burst[11] ^= 0xA1;
    EXPECT_EQ(crc16(burst), crc16(bytes));
    auto two_bits = bytes;
    two_bits[10] ^= 0x08;
    two_bits[13] ^= 0x20;
    EXPECT_EQ(crc16(two_bits), crc16(bytes));
}

}  // namespace
}  // namespace cellwise::domain::pcp
