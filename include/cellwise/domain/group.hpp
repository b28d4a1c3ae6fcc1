// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <string>

namespace cellwise::domain {

/// A named set of devices; its members are rows of their own.
struct Group {
    GroupId id{};
    AppId app{};
    std::string name{};  ///< unique per application
    std::string description{};
    Timestamp created_at{};

    friend bool operator==(const Group&, const Group&) = default;
};

}  // namespace cellwise::domain
