// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/setting.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace cellwise::system {

/// The settings of a TOML file, tables joined with dots: [limiter] level0 = 50 is "limiter.level0". Errors name file
/// and line: "config.unreadable", "config.syntax", "config.type" for values that no setting has (dates, tables in
/// lists).
Result<std::vector<Setting>> read_toml_file(const std::filesystem::path& path);

/// One TOML value, or, when it is none, the text itself as a string: what stands behind --set key= and in the
/// environment.
SettingValue read_toml_value(std::string_view text);

}  // namespace cellwise::system
