// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::sim::mqtt {

/// The head of an answer, read as a widely used device SDK reads it: by comparing letters.
struct StrictAnswer {
    int status = 0;  ///< 0: no HTTP
    std::optional<std::uint64_t> length{};
    std::size_t head_size = 0;          ///< with the empty line
    std::vector<std::string> faults{};  ///< in words: what that SDK stumbles over
};

/// `record` is all that the first TLS record brought: the head must be in it, whole.
StrictAnswer read_strictly(std::string_view record);

}  // namespace cellwise::sim::mqtt
