// SPDX-License-Identifier: Apache-2.0
#include "domain/crc16.hpp"

#include "cellwise/domain/pcp.hpp"

#include <array>

namespace cellwise::domain::pcp {
namespace {

constexpr unsigned kPolynomial = 0x1021;
constexpr std::size_t kStride = 16;

using Table = std::array<std::uint16_t, 256>;

/// One byte through the MSB-first register: the half of the CRC that is stock.
constexpr Table make_byte_table() {
    Table table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
        unsigned remainder = byte << 8;
        for (int bit = 0; bit < 8; ++bit) {
            remainder = (remainder << 1) ^ ((remainder & 0x8000U) != 0 ? kPolynomial : 0U);
        }
        table[byte] = static_cast<std::uint16_t>(remainder & 0xFFFFU);
    }
    return table;
}

/// kTables[k][b] is what byte b adds to the CRC when k more bytes follow it. The walk is linear however odd it is, so
/// sixteen bytes may be looked up side by side instead of one after the other.
constexpr std::array<Table, kStride> make_tables() {
    std::array<Table, kStride> tables{};
    tables[0] = make_byte_table();
    for (std::size_t k = 1; k < kStride; ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const unsigned before = tables[k - 1][byte];
            tables[k][byte] = static_cast<std::uint16_t>((before >> 8) ^ tables[0][before & 0xFFU]);
        }
    }
    return tables;
}

constexpr auto kTables = make_tables();
static_assert(kTables[0][1] == 0x1021 && kTables[0][128] == 0x9188 && kTables[0][255] == 0x1EF0);

}  // namespace

std::uint16_t crc16_append(std::uint16_t crc, ByteView bytes) {
    unsigned sum = crc;
    for (; bytes.size() >= kStride; bytes = bytes.subspan(kStride)) {
        unsigned next = 0;
        for (std::size_t i = 2; i < kStride; ++i) next ^= kTables[kStride - 1 - i][bytes[i]];
        next ^= kTables[kStride - 1][bytes[0] ^ (sum & 0xFFU)];
        sum = next ^ kTables[kStride - 2][bytes[1] ^ (sum >> 8)];
    }
    for (const auto byte : bytes) sum = (sum >> 8) ^ kTables[0][(sum ^ byte) & 0xFFU];
    return static_cast<std::uint16_t>(sum);
}

std::uint16_t crc16(ByteView bytes) { return crc16_append(0, bytes); }

}  // namespace cellwise::domain::pcp
