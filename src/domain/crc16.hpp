// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <cstdint>

namespace cellwise::domain::pcp {

/// The devices' CRC of what came before, which gave `crc`, and of `bytes` after it.
std::uint16_t crc16_append(std::uint16_t crc, ByteView bytes);

}  // namespace cellwise::domain::pcp
