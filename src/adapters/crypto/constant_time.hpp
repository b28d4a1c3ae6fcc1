// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

namespace cellwise::crypto {

/// Takes as long for any two inputs of these lengths: for secrets and their hashes. The lengths are no secret.
bool constant_time_equal(ByteView a, ByteView b);

}  // namespace cellwise::crypto
