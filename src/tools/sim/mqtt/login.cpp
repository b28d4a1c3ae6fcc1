// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/login.hpp"

#include "cellwise/base/bytes.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdio>

namespace cellwise::sim::mqtt {

std::string hour_stamp(Timestamp time_of_day) {
    const auto day = std::chrono::floor<std::chrono::days>(time_of_day);
    const std::chrono::year_month_day date(day);
    const auto hour = std::chrono::floor<std::chrono::hours>(time_of_day - day).count();
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(hour));
    return text.data();
}

std::string client_id(std::string_view device, bool stamp_is_checked, std::string_view stamp) {
    std::string id(device);
    id.append(stamp_is_checked ? "_0_1_" : "_0_0_").append(stamp);
    return id;
}

std::string password(std::string_view secret, std::string_view stamp) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const auto message = as_bytes(secret);
    HMAC(EVP_sha256(), stamp.data(), static_cast<int>(stamp.size()), message.data(), message.size(), digest.data(),
         &size);
    return to_hex(ByteView(digest.data(), size));
}

}  // namespace cellwise::sim::mqtt
