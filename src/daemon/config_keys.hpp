// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/config.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::daemon {

/// One key of the configuration: the one place that says what it is called, means and allows.
struct ConfigKey {
    std::string_view name;                                    ///< "limiter.level0"
    std::string_view meaning;                                 ///< for the commented file and the reference page
    std::string allowed;                                      ///< "1 .. 100000"
    std::function<bool(Config&, const SettingValue&)> apply;  ///< false: not allowed
    std::function<std::string(const Config&)> show;           ///< the value as TOML
    std::function<void(const Config& from, Config& to)> copy;
    bool reloads = false;  ///< SIGHUP brings a new value into force; the others need a restart
};

/// All of them, grouped by their first word, in the order of the documentation.
const std::vector<ConfigKey>& config_keys();

}  // namespace cellwise::daemon
