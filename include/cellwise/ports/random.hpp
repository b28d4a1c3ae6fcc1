// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace cellwise::ports {

/// Bytes that nobody can guess. Callable from any thread.
class Random {
 public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace cellwise::ports
