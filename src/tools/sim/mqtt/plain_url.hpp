// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::sim::mqtt {

/// A URL as a small device takes it apart: https://HOST:PORT/PATH.
struct PlainUrl {
    std::string host{};
    std::uint16_t port = 0;
    std::string path{};
    std::vector<std::string> faults{};  ///< in words: what a small device could not work with
};

/// Nothing: no https, no host, a port that is no number.
std::optional<PlainUrl> parse_plain_url(std::string_view url);

}  // namespace cellwise::sim::mqtt
