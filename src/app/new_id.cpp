// SPDX-License-Identifier: Apache-2.0
#include "app/new_id.hpp"

#include "cellwise/base/bytes.hpp"

#include <array>

namespace cellwise::app {
namespace {

template <std::size_t Count>
std::array<std::uint8_t, Count> random_bytes(ports::Random& random) {
    std::array<std::uint8_t, Count> bytes{};
    random.fill(bytes);
    return bytes;
}

}  // namespace

std::string random_hex24(ports::Random& random) { return to_hex(random_bytes<12>(random)); }

std::string random_uuid(ports::Random& random) {
    auto bytes = random_bytes<16>(random);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);  // RFC 9562, 5.4: version 4
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
    auto text = to_hex(bytes);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
    return text;
}

std::string timed_hex24(ports::Random& random, Timestamp now) {
    auto bytes = random_bytes<12>(random);
    const auto seconds = static_cast<std::uint32_t>(to_unix_ms(now) / 1000);
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
    return to_hex(bytes);
}

std::string random_secret(ports::Random& random) { return to_hex(random_bytes<32>(random)); }

}  // namespace cellwise::app
