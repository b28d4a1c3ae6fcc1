// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace cellwise::system {

/// Raises the number of files and sockets that this process may have open to what it is allowed to choose, and gives
/// what it came to.
std::size_t raise_file_limit();

}  // namespace cellwise::system
