// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace cellwise::archive {

enum class Compression { Deflate, Store };

struct PackageParts {
    std::string_view description_json;
    std::string_view payload_name;
    std::filesystem::path payload;
    std::function<void(std::uint64_t)> on_read{};  ///< hears of each piece of the payload, in bytes; may be empty
};

/// Writes an unsigned package. The same parts give the same bytes: no times, no users, one order. Memory stays flat.
/// Errors: Internal "file.unreadable", "file.unwritable"; StorageFull "storage.full".
Status write_package(const PackageParts& parts, Compression compression, const std::filesystem::path& out);

}  // namespace cellwise::archive
