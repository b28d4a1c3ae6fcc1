// SPDX-License-Identifier: Apache-2.0
#include "app/task_checks.hpp"

#include "app/device_selection.hpp"

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
    const auto& devices = request.targets.devices;
    const auto owners = tx.devices().owners(devices);
    if (!owners) return owners.error();
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const auto& owner = (*owners)[i];
        if (!owner || !may_use(request.app, owner->app)) {
            return not_found("task.device.not_found", "no device bears this id", devices[i].str());
        }
        if (owner->product != product) {
            return invalid("task.device.mismatch", "targets.devices",
                           "the device's manufacturer, type or model is not the package's", devices[i].str());
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

namespace {

/// Where an expansion stands: in which of its lists (groups, or how jobs ended), and after what in it.
struct Cursor {
    std::size_t list = 0;
    std::string after{};

    static Cursor parse(std::string_view text) {
        Cursor cursor{.after = std::string(text)};
        if (const auto slash = text.find('/'); slash != std::string_view::npos) {
            std::from_chars(text.data(), text.data() + slash, cursor.list);
            cursor.after.erase(0, slash + 1);
        }
        return cursor;
    }
    std::string text() const { return std::to_string(list) + "/" + after; }
};

using DevicePage = ports::Page<domain::Device>;

std::vector<domain::JobStatus> retried_statuses(const domain::RetryOf& retry) {
    std::vector<domain::JobStatus> statuses;
    if (retry.failed) statuses.push_back(domain::JobStatus::Fail);
    if (retry.stopped) statuses.push_back(domain::JobStatus::Stop);
    return statuses;
}

/// Devices of another task's jobs; those that are gone are left out.
Result<DevicePage> devices_of_jobs(Transaction& tx, const ports::JobFilter& filter, const ports::PageRequest& page) {
    auto jobs = tx.jobs().list(filter, page);
    if (!jobs) return jobs.error();
    DevicePage devices{.items = {}, .next = std::move(jobs->next)};
    for (const auto& job : jobs->items) {
        auto device = tx.devices().find(job.device);
        if (!device) return device.error();
        if (*device) devices.items.push_back(std::move(**device));
    }
    return devices;
}

Result<DevicePage> devices_of_group(Transaction& tx, const TargetWalk& walk, const std::string& name,
                                    const ports::PageRequest& page) {
    const auto group = tx.groups().find_by_name(walk.app, name);
    if (!group) return group.error();
    if (!*group) return DevicePage{};  // it is gone
    return select(tx, walk.only ? members_of(**group, *walk.only) : members_of(**group), page, walk.moment);
}

}  // namespace

Result<std::pair<std::vector<domain::Device>, std::string>> next_devices(Transaction& tx, const TargetWalk& walk,
                                                                         const std::string& cursor,
                                                                         std::uint32_t limit) {
    const auto& targets = walk.targets;
    auto place = Cursor::parse(cursor);
    const ports::PageRequest page{.limit = limit, .after = place.after};
    std::size_t lists = 1;
    Result<DevicePage> found = DevicePage{};
    if (targets.retry_of) {
        const auto statuses = retried_statuses(*targets.retry_of);
        lists = statuses.size();
        if (place.list < lists) {
            found = devices_of_jobs(tx, {.task = targets.retry_of->task, .status = statuses[place.list]}, page);
        }
    } else if (!targets.groups.empty()) {
        lists = targets.groups.size();
        if (place.list < lists) found = devices_of_group(tx, walk, targets.groups[place.list], page);
    } else {
        DeviceSelection all{.filter = {.product = targets.product ? targets.product : walk.model}};
        if (!walk.app.empty()) all.filter.app = walk.app;
        found = select(tx, all, page, walk.moment);
    }
    if (!found) return found.error();
    if (walk.only) {
        std::erase_if(found->items, [&](const domain::Device& device) { return device.product != *walk.only; });
    }
    place.after = found->next;
    if (place.after.empty() && ++place.list >= lists) return std::pair{std::move(found->items), std::string{}};
    return std::pair{std::move(found->items), place.text()};
}

Result<std::pair<std::vector<DeviceId>, std::string>> next_targets(Transaction& tx, const domain::Task& task,
                                                                   const ProductId& product, const Moment& moment,
                                                                   std::uint32_t limit) {
    const TargetWalk walk{
        .app = task.app, .targets = task.targets, .model = product, .only = product, .moment = moment};
    auto devices = next_devices(tx, walk, task.expansion_cursor, limit);
    if (!devices) return devices.error();
    std::vector<DeviceId> ids;
    for (const auto& device : devices->first) {
        if (may_use(task.app, device.app)) ids.push_back(device.id);
    }
    return std::pair{std::move(ids), std::move(devices->second)};
}

}  // namespace cellwise::app
