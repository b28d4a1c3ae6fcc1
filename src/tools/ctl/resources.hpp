// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

/// The rows of the table, each resource in its own file.
namespace cellwise::ctl {

Resource products_commands();
Resource public_keys_commands();
Resource packages_commands();
Resource devices_commands();
Resource groups_commands();
Resource tasks_commands();
Resource cells_commands();
Resource events_commands();
Resource applications_commands();
Resource subscriptions_commands();
Resource outbox_commands();
Resource tokens_commands();
Resource operators_commands();
Resource audit_commands();
Resource health_commands();
Resource login_commands();
Resource logout_commands();
Resource api_commands();
Resource completion_commands();

}  // namespace cellwise::ctl
