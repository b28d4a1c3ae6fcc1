// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/group.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cellwise::app {

struct NewGroup {
    AppId app{};  ///< empty: the operators'
    std::string name{};
    std::string description{};
    std::vector<DeviceId> devices{};
};

/// Named sets of devices. Loop thread only; the callbacks come on the loop when the change is durable.
class GroupService {
 public:
    using Done = std::function<void(Status)>;
    using Created = std::function<void(Result<domain::Group>)>;

    GroupService(ports::Database& database, ports::Clock& clock, ports::Random& random);

    /// Errors: InvalidInput "text.invalid", "group.app.unknown", "group.device.unknown"; Conflict "group.duplicate".
    void create(NewGroup group, Created done);
    /// A device that is a member stays one. Errors: NotFound "group.not_found"; InvalidInput "group.device.unknown".
    void add_members(const GroupId& id, std::vector<DeviceId> devices, Done done);
    /// What is no member is passed over. Errors: NotFound "group.not_found".
    void remove_members(const GroupId& id, std::vector<DeviceId> devices, Done done);
    /// The devices stay. Errors: NotFound "group.not_found".
    void erase(const GroupId& id, Done done);

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
};

}  // namespace cellwise::app
