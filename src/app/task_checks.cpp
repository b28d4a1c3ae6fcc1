// SPDX-License-Identifier: Apache-2.0
#include "app/task_checks.hpp"

#include <charconv>

namespace cellwise::app {
namespace {

using ports::Transaction;

Result<ProductId> product_of(Transaction& tx, const domain::Package& package) {
    const auto& description = package.description;
    auto product =
        tx.products().find_model(description.manufacturer_name, description.device_type, description.model);
    if (!product) return product.error();
    return *product ? (*product)->id : ProductId{};
}

/// An application sees its own devices, an operator all of them.
bool may_use(const AppId& app, const AppId& owner) { return app.empty() || app == owner; }

Status check_devices(Transaction& tx, const NewTask& request, const ProductId& product) {
    for (const auto& id : request.targets.devices) {
        const auto device = tx.devices().find(id);
        if (!device) return device.error();
        if (!*device || !may_use(request.app, (*device)->app)) {
            return not_found("task.device.not_found", "no device bears this id", id.str());
        }
        if ((*device)->product != product) {
            return invalid("task.device.mismatch", "targets.devices",
                           "the device's manufacturer, type or model is not the package's", id.str());
        }
    }
    return Status{};
}

Status check_groups(Transaction& tx, const NewTask& request) {
    for (const auto& name : request.targets.groups) {
        const auto group = tx.groups().find_by_name(request.app, name);
        if (!group) return group.error();
        if (!*group) return not_found("task.group.not_found", "no device group bears this name", name);
    }
    return Status{};
}

}  // namespace

Result<CheckedTask> check_new_task(Transaction& tx, const NewTask& request) {
    auto package = tx.packages().find(request.package);
    if (!package) return package.error();
    // A package that an operator uploaded may be used by all.
    const bool usable = *package && ((*package)->app.empty() || may_use(request.app, (*package)->app));
    if (!usable) return not_found("task.package.not_found", "no package bears this id", request.package.str());
    const auto product = product_of(tx, **package);
    if (!product) return product.error();
    if (request.targets.product) {
        const auto wanted = tx.products().find(*request.targets.product);
        if (!wanted) return wanted.error();
        if (!*wanted) {
            return not_found("task.product.not_found", "no product model bears this id",
                             request.targets.product->str());
        }
    }
    if (auto devices = check_devices(tx, request, *product); !devices) return devices.error();
    if (auto groups = check_groups(tx, request); !groups) return groups.error();
    return CheckedTask{.package = std::move(**package), .product = *product};
}

Status check_policy(const domain::TaskPolicy& policy, Timestamp now) {
    if (policy.execute_type != domain::ExecuteType::Custom) return Status{};
    if (!policy.start_time || !policy.end_time) {
        return invalid("task.policy.times_missing", "policy.startTime", "custom needs a start time and an end time");
    }
    if (*policy.start_time < now) {
        return invalid("task.policy.start_past", "policy.startTime", "the start time must not be in the past");
    }
    if (*policy.end_time < *policy.start_time) {
        return invalid("task.policy.end_before_start", "policy.endTime",
                       "the end time must not be before the start time");
    }
    if (*policy.end_time - *policy.start_time < std::chrono::minutes{5}) {
        return invalid("task.policy.window_short", "policy.endTime",
                       "the end time must be at least 5 minutes after the start time");
    }
    return Status{};
}

Result<std::pair<std::vector<DeviceId>, std::string>> next_targets(Transaction& tx, const domain::Task& task,
                                                                   const ProductId& product, std::uint32_t limit) {
    const auto& targets = task.targets;
    std::vector<DeviceId> ids;
    // The cursor is "<group index>/<device id>"; only groups count, the other kinds have one list.
    std::size_t group_index = 0;
    std::string after = task.expansion_cursor;
    if (const auto slash = after.find('/'); slash != std::string::npos) {
        std::from_chars(after.data(), after.data() + slash, group_index);
        after.erase(0, slash + 1);
    }
    ports::DeviceFilter filter{.product = product};
    if (targets.product) filter.product = targets.product;
    if (!task.app.empty()) filter.app = task.app;
    if (!targets.groups.empty()) {
        const auto group = tx.groups().find_by_name(task.app, targets.groups[group_index]);
        if (!group) return group.error();
        if (*group) filter.group = (*group)->id;
        if (!*group) after.clear();
    }
    const bool group_gone = !targets.groups.empty() && !filter.group;
    std::string next;
    if (!group_gone) {
        auto page = tx.devices().list(filter, {.limit = limit, .after = after});
        if (!page) return page.error();
        for (const auto& device : page->items) {
            if (device.product == product) ids.push_back(device.id);
        }
        next = page->next;
    }
    if (!next.empty()) return std::pair{std::move(ids), std::to_string(group_index) + "/" + next};
    const bool more_groups = group_index + 1 < targets.groups.size();
    return std::pair{std::move(ids), more_groups ? std::to_string(group_index + 1) + "/" : std::string{}};
}

}  // namespace cellwise::app
