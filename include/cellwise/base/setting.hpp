// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace cellwise {

/// A value as a configuration writes it. Lists hold scalars only.
using SettingScalar = std::variant<std::string, std::int64_t, double, bool>;
using SettingValue = std::variant<std::string, std::int64_t, double, bool, std::vector<SettingScalar>>;

/// One key of a configuration and where it was written.
struct Setting {
    std::string key;  ///< "limiter.level0"
    SettingValue value;
    std::string origin;  ///< "cellwised.toml:12", "CELLWISE_LIMITER_LEVEL0", "--set"
};

}  // namespace cellwise
