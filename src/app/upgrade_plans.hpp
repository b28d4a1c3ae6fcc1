// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/job_machine.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/package_files.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace cellwise::app {

/// The payload, as a MQTT device is told of it.
struct PackageFile {
    std::string name{};
    std::string sha256{};    ///< lower-case hex
    std::uint64_t size = 0;  ///< bytes
    bool tells_name = true;  ///< the product's devices bear it in the notice, as the next
    bool tells_sign = true;
};

/// What all jobs of a task share: the plan that they are stepped by, what the notice says, and the package's bytes.
struct UpgradePlanEntry {
    domain::UpgradePlan plan;
    domain::pcp::NewVersionNotice notice;
    PackageFile file;
    std::shared_ptr<const ports::PayloadView> payload;  ///< null when the file is gone: chunks cannot be served

    /// The bytes of a chunk; `index` below the plan's chunk count.
    ByteView chunk(std::uint16_t index) const;
};

/// Makes the plans of tasks and keeps those in use, so that a package is mapped once however many devices download
/// it.
class UpgradePlans {
 public:
    UpgradePlans(ports::Database& database, ports::PackageFiles& files, const domain::StageLimits& limits,
                 domain::SlotHold hold, const domain::CoverageRanges& ranges);

    /// Errors: NotFound when the task or its package is gone.
    Result<std::shared_ptr<const UpgradePlanEntry>> of(const TaskId& task);
    /// Of plans that are asked for from now on; who holds one asks again. The packages stay mapped.
    void set_limits(const domain::StageLimits& limits);
    /// The same for a task that was paused, or resumed then.
    void set_pause(const TaskId& task, bool paused, std::optional<Timestamp> resumed_at);

 private:
    ports::Database& database_;
    ports::PackageFiles& files_;
    domain::StageLimits limits_;
    domain::SlotHold hold_;
    domain::CoverageRanges ranges_;
    std::unordered_map<TaskId, std::weak_ptr<const UpgradePlanEntry>> in_use_;
    std::list<std::shared_ptr<const UpgradePlanEntry>> recent_;  ///< kept although no job of theirs lives just now

    using Change = std::function<void(domain::UpgradePlan&)>;

    Result<std::shared_ptr<const UpgradePlanEntry>> make(const TaskId& task);
    void renew(std::weak_ptr<const UpgradePlanEntry>& known, const Change& change);
};

}  // namespace cellwise::app
