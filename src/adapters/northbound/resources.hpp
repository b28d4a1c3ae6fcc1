// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/call.hpp"

/// What the routes lead to: one namespace and one file per resource. Each function answers the call exactly once, now
/// or later.
namespace cellwise::northbound {

namespace security {
void login(Call call);
void refresh(Call call);
void logout(Call call);
}  // namespace security

namespace operations {
void create_software_upgrade(Call call);
void create_firmware_upgrade(Call call);
void list(Call call);
void show(Call call);
void list_sub_operations(Call call);
}  // namespace operations

namespace category {
void list(Call call);
void show(Call call);
void erase(Call call);
}  // namespace category

namespace subscriptions {
void subscribe_upgrades(Call call);
void create(Call call);
void list(Call call);
void show(Call call);
void erase(Call call);
void erase_chosen(Call call);
}  // namespace subscriptions

namespace credentials {
void create(Call call);
void create_with_secret(Call call);
void change(Call call);
void change_secret(Call call);
void show(Call call);
}  // namespace credentials

namespace devices {
void list(Call call);
void show(Call call);
void change(Call call);
void erase(Call call);
}  // namespace devices

namespace groups {
void create(Call call);
void change(Call call);
void show(Call call);
void list(Call call);
void erase(Call call);
void list_members(Call call);
void add_members(Call call);
void remove_members(Call call);
}  // namespace groups

namespace commands {
void create(Call call);
void list(Call call);
void change(Call call);
}  // namespace commands

}  // namespace cellwise::northbound
