// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/random.hpp"

#include <array>
#include <cstdint>
#include <filesystem>

namespace cellwise::daemon {

/// The key that the devices' secrets are sealed by (ADR 16): 64 hex digits in a file of its own, for its owner alone
/// (0600), made if there is none. Errors: InvalidInput "state.secret_key" with what is wrong with the file.
Result<std::array<std::uint8_t, 32>> provide_secret_key(const std::filesystem::path& file, ports::Random& random);

}  // namespace cellwise::daemon
