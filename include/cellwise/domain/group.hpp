// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/device.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cellwise::domain {

/// Which devices a group consists of, instead of a list: those that fit now, whenever somebody asks. At least one of
/// them is set; all that are set have to fit.
struct GroupFilter {
    std::optional<ProductId> product{};
    std::optional<std::string> node_id_prefix{};
    std::optional<Version> software_version{};
    std::optional<DeviceStatus> status{};

    friend bool operator==(const GroupFilter&, const GroupFilter&) = default;
};

/// A named set of devices: its members are rows of their own, or what its filter selects.
struct Group {
    GroupId id{};
    AppId app{};
    std::string name{};  ///< unique per application
    std::string description{};
    Timestamp created_at{};
    std::uint32_t max_devices = 0;  ///< 0: no limit
    std::int64_t members = 0;       ///< counted by the store
    std::optional<GroupFilter> filter{};

    friend bool operator==(const Group&, const Group&) = default;
};

}  // namespace cellwise::domain
