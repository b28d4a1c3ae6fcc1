// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/config.hpp"

#include "cellwise/base/setting.hpp"
#include "cellwise/base/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How single values are written in the configuration. Reading gives nothing for what is not of the form.
namespace cellwise::daemon {

/// "250ms", "10s", "5m", "24h", "7d".
std::optional<Duration> read_duration(const SettingValue& value);
std::string write_duration(Duration duration);

/// "1GiB", "64MiB", "500KiB", "1000B" or a number of bytes.
std::optional<std::uint64_t> read_size(const SettingValue& value);
std::string write_size(std::uint64_t bytes);

/// "127.0.0.1:8080", "[::]:5683", "" for off.
std::optional<ListenAddress> read_listen(const SettingValue& value);
std::string write_listen(const ListenAddress& listen);

std::optional<std::array<double, 3>> read_bounds(const SettingValue& value);
std::string write_bounds(const std::array<double, 3>& bounds);

std::optional<std::vector<std::string>> read_texts(const SettingValue& value);
std::string write_texts(const std::vector<std::string>& texts);

std::optional<std::string> read_text(const SettingValue& value);
std::string write_text(std::string_view text);  ///< quoted and escaped for TOML

std::optional<std::int64_t> read_integer(const SettingValue& value);
std::optional<bool> read_flag(const SettingValue& value);

}  // namespace cellwise::daemon
