// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/command_table.hpp"

#include "tools/ctl/resources.hpp"

#include <algorithm>

namespace cellwise::ctl {

const std::vector<Resource>& command_table() {
    static const std::vector<Resource> table{
        tasks_commands(),        devices_commands(),       groups_commands(),     packages_commands(),
        products_commands(),     public_keys_commands(),   cells_commands(),      events_commands(),
        applications_commands(), subscriptions_commands(), outbox_commands(),     tokens_commands(),
        operators_commands(),    audit_commands(),         health_commands(),     login_commands(),
        logout_commands(),       api_commands(),           completion_commands(),
    };
    return table;
}

const Resource* find_resource(std::string_view name) {
    const auto& table = command_table();
    const auto found = std::ranges::find_if(table, [name](const Resource& resource) {
        return resource.name == name || (!resource.alias.empty() && resource.alias == name);
    });
    return found == table.end() ? nullptr : &*found;
}

const Verb* find_verb(const Resource& resource, std::string_view name) {
    const auto found = std::ranges::find(resource.verbs, name, &Verb::name);
    return found == resource.verbs.end() ? nullptr : &*found;
}

}  // namespace cellwise::ctl
