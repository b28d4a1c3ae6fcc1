// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/package_files.hpp"

#include <cstdint>
#include <filesystem>

namespace cellwise::bench {

/// Writes a database in which so many devices are registered, observed and in the middle of a download, all of one
/// cell, speaking from `port`; and the package's file.
void seed_fleet(const std::filesystem::path& database, ports::PackageFiles& files, std::uint32_t devices,
                std::uint16_t port, Timestamp now);

}  // namespace cellwise::bench
