// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_status.hpp"
#include "app/task_service.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cellwise::app {

/// What a new task was found to be for.
struct CheckedTask {
    domain::Package package;
    ProductId product;  ///< the package's product model; empty when none is left
};

/// TaskService::create's errors, in one read of the stores.
Result<CheckedTask> check_new_task(ports::Transaction& tx, const NewTask& request);
Status check_policy(const domain::TaskPolicy& policy, Timestamp now);

/// Through whom a task is for, page by page.
struct TargetWalk {
    AppId app{};  ///< whose groups and devices; empty: an operator's task
    domain::TaskTargets targets{};
    ProductId model{};                ///< the package's product model: all devices of it, where nothing else is named
    std::optional<ProductId> only{};  ///< leave all others out
    Moment moment{};                  ///< for filters by status
};
/// The next devices, at most `limit` and perhaps none, and where to go on; an empty cursor: these were the last. Not
/// for targets that are a list of devices.
Result<std::pair<std::vector<domain::Device>, std::string>> next_devices(ports::Transaction& tx,
                                                                         const TargetWalk& walk,
                                                                         const std::string& cursor,
                                                                         std::uint32_t limit);

/// The same for the expansion of a task: those of the package's product model that the task's owner may upgrade.
Result<std::pair<std::vector<DeviceId>, std::string>> next_targets(ports::Transaction& tx, const domain::Task& task,
                                                                   const ProductId& product, const Moment& moment,
                                                                   std::uint32_t limit);

}  // namespace cellwise::app
