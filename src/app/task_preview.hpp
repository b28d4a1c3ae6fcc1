// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/task_service.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/ports/database.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace cellwise::app {

/// Devices that share a fate, and a few of them by name.
struct PreviewedDevices {
    static constexpr std::size_t kMostNamed = 5;

    std::int64_t count = 0;
    std::vector<DeviceId> some{};

    void add(const DeviceId& device) {
        ++count;
        if (some.size() < kMostNamed) some.push_back(device);
    }
};

/// What would become of a task, by what is known of its devices now. All but `devices` is counted among those that
/// were looked at.
struct TaskPreview {
    std::int64_t devices = 0;   ///< that the task names
    std::int64_t examined = 0;  ///< that were looked at; fewer: the rest is an estimate
    bool is_estimate() const { return examined < devices; }

    // Which get no upgrade, each counted once, at the first that applies.
    PreviewedDevices unknown{};      ///< no such device
    PreviewedDevices other_model{};  ///< than the package's
    PreviewedDevices unsupported{};  ///< the product model does not support software upgrade
    PreviewedDevices busy{};         ///< another upgrade of it runs
    // By the version heard last.
    PreviewedDevices at_target{};     ///< runs it already
    PreviewedDevices wrong_source{};  ///< the package does not support that as its source
    PreviewedDevices never_said{};    ///< which version it runs; counted as startable

    std::int64_t startable = 0;
    std::map<domain::CellKey, std::int64_t> cells{};  ///< the startable, by their last radio report
    std::int64_t no_report = 0;                       ///< startable, and their cell is not known
};

/// Looks at 5,000 devices at most, page by page, so that no read takes long. Callable from any thread; not on the
/// loop. Errors: those of TaskService::create that are not about a single device.
Result<TaskPreview> preview_task(ports::Database& database, const NewTask& request,
                                 const domain::CoverageRanges& ranges, const Moment& moment);

}  // namespace cellwise::app
