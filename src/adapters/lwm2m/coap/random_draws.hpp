// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/random.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace cellwise::lwm2m::coap {

/// Random numbers taken from the port by the page: a call for each would cost more than the rest of a message.
class RandomDraws {
 public:
    explicit RandomDraws(ports::Random& random) : random_(random) {}

    std::uint64_t next() {
        if (used_ == buffer_.size()) {
            random_.fill(buffer_);
            used_ = 0;
        }
        std::uint64_t drawn = 0;
        std::memcpy(&drawn, buffer_.data() + used_, sizeof drawn);
        used_ += sizeof drawn;
        return drawn;
    }
    /// Evenly from [0, 1).
    double fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

 private:
    ports::Random& random_;
    std::array<std::uint8_t, 4'096> buffer_{};
    std::size_t used_ = buffer_.size();
};

}  // namespace cellwise::lwm2m::coap
