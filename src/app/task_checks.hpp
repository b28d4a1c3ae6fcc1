// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// The next devices that a task is for, at most `limit`, and where to go on; an empty cursor: these were the last.
/// Devices of another product model than `product` are left out of groups and filters.
Result<std::pair<std::vector<DeviceId>, std::string>> next_targets(ports::Transaction& tx, const domain::Task& task,
                                                                   const ProductId& product, std::uint32_t limit);

}  // namespace cellwise::app
