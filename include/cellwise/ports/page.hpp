// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cellwise::ports {

/// Which part of a list is wanted. Lists are ordered by the key that `after` names (an id unless the store says
/// otherwise); `offset` serves the northbound API, which counts pages.
struct PageRequest {
    std::uint32_t limit = 50;  ///< 1..1000
    std::string after{};       ///< the cursor of the page before; empty: from the start
    std::uint64_t offset = 0;
};

template <class T>
struct Page {
    std::vector<T> items;
    std::string next{};  ///< empty: this was the last page
};

}  // namespace cellwise::ports
