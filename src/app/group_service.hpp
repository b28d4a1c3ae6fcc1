// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/group.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::app {

struct NewGroup {
    AppId app{};  ///< empty: the operators'
    std::string name{};
    std::string description{};
    std::uint32_t max_devices = 0;  ///< 0: no limit
    std::vector<DeviceId> devices{};
    std::optional<domain::GroupFilter> filter{};  ///< instead of devices
};

struct GroupChange {
    std::optional<std::string> name{};
    std::optional<std::string> description{};
    std::optional<std::uint32_t> max_devices{};
};

/// Named sets of devices. An `owner` means: on behalf of that application, for which the groups of others do not
/// exist. Loop thread only; the callbacks come on the loop when the change is durable.
class GroupService {
 public:
    using Done = std::function<void(Status)>;
    using Created = std::function<void(Result<domain::Group>)>;

    GroupService(ports::Database& database, ports::Clock& clock, ports::Random& random);

    /// Errors: InvalidInput "text.invalid", "group.app.unknown", "group.device.unknown",
    /// "group.filter.empty", "group.filter.devices" (both a filter and devices), "group.filter.product.unknown";
    /// Conflict "group.duplicate", "group.full".
    void create(NewGroup group, Created done);
    /// A lower limit puts nobody out. Errors: InvalidInput "text.invalid"; NotFound "group.not_found"; Conflict
    /// "group.duplicate".
    void change(const GroupId& id, std::optional<AppId> owner, GroupChange change, Created done);
    /// All or none; a device that is a member stays one. Errors: NotFound "group.not_found"; InvalidInput
    /// "group.device.unknown"; Conflict "group.full", "group.filter.members" when a filter says who its
    /// members are.
    void add_members(const GroupId& id, std::optional<AppId> owner, std::vector<DeviceId> devices, Done done);
    /// What is no member is passed over. Errors: NotFound "group.not_found"; Conflict "group.filter.members".
    void remove_members(const GroupId& id, std::optional<AppId> owner, std::vector<DeviceId> devices, Done done);
    /// The devices stay. Errors: NotFound "group.not_found".
    void erase(const GroupId& id, std::optional<AppId> owner, Done done);

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
};

}  // namespace cellwise::app
