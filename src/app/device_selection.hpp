// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_status.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/domain/group.hpp"
#include "cellwise/ports/database.hpp"

#include <optional>
#include <string>

namespace cellwise::app {

/// Some of the devices: what an index finds, and what of that fits when it is looked at.
struct DeviceSelection {
    ports::DeviceFilter filter{};
    std::optional<domain::DeviceStatus> status{};
    std::optional<std::string> name{};  ///< a part of it
    bool nothing = false;               ///< conditions that exclude each other
};

/// Those of the first that fit the second, too. Of two groups the one that the second names.
DeviceSelection narrowed(DeviceSelection selection, const DeviceSelection& by);

/// The members of a group: those of its list, or the devices of its application that its filter selects; an
/// operators' filter selects among all devices.
DeviceSelection members_of(const domain::Group& group);
/// The same, of one product model only.
DeviceSelection members_of(const domain::Group& group, const ProductId& product);

/// A page of them, in the order of the store. With a status or a name `page.limit` devices at most are looked
/// at, of which few may fit: a page is the last when it has no cursor, not when it is short.
Result<ports::Page<domain::Device>> select(ports::Transaction& tx, const DeviceSelection& selection,
                                           const ports::PageRequest& page, const Moment& moment);

}  // namespace cellwise::app
