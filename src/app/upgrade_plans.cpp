// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_plans.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>

namespace cellwise::app {
namespace {

constexpr std::size_t kRecentPlans = 16;

/// The progress of a MQTT download is shown in hundredths: it has no chunks.
constexpr std::uint32_t kMqttChunks = 100;

std::uint16_t check_code_of(const domain::Package& package, const domain::Product* product) {
    if (product != nullptr && product->check_code_always_zero) return 0;
    return domain::wire_check_code(package.description.version_check_code);
}

}  // namespace

ByteView UpgradePlanEntry::chunk(std::uint16_t index) const {
    const auto bytes = payload->bytes();
    const auto from = std::min<std::size_t>(std::size_t{index} * notice.chunk_size, bytes.size());
    return bytes.subspan(from, std::min<std::size_t>(notice.chunk_size, bytes.size() - from));
}

UpgradePlans::UpgradePlans(ports::Database& database, ports::PackageFiles& files, const domain::StageLimits& limits,
                           domain::SlotHold hold, const domain::CoverageRanges& ranges)
    : database_(database), files_(files), limits_(limits), hold_(hold), ranges_(ranges) {}

Result<std::shared_ptr<const UpgradePlanEntry>> UpgradePlans::of(const TaskId& task) {
    if (const auto found = in_use_.find(task); found != in_use_.end()) {
        if (auto entry = found->second.lock()) return entry;
        in_use_.erase(found);
    }
    auto made = make(task);
    if (!made) return made;
    std::erase_if(in_use_, [](const auto& known) { return known.second.expired(); });
    in_use_.emplace(task, *made);
    recent_.push_front(*made);
    while (recent_.size() > kRecentPlans) recent_.pop_back();
    return made;
}

void UpgradePlans::set_limits(const domain::StageLimits& limits) {
    limits_ = limits;
    recent_.clear();
    for (auto& [task, known] : in_use_) renew(known, [&](domain::UpgradePlan& plan) { plan.limits = limits; });
}

void UpgradePlans::set_pause(const TaskId& task, bool paused, std::optional<Timestamp> resumed_at) {
    const auto found = in_use_.find(task);
    if (found == in_use_.end()) return;
    std::erase(recent_, found->second.lock());
    renew(found->second, [&](domain::UpgradePlan& plan) {
        plan.paused = paused;
        plan.resumed_at = resumed_at;
    });
}

void UpgradePlans::renew(std::weak_ptr<const UpgradePlanEntry>& known, const Change& change) {
    const auto former = known.lock();
    if (!former) return;
    auto renewed = std::make_shared<UpgradePlanEntry>(*former);
    change(renewed->plan);
    known = renewed;
    recent_.push_front(std::move(renewed));  // until those who hold the former one have asked
}

Result<std::shared_ptr<const UpgradePlanEntry>> UpgradePlans::make(const TaskId& id) {
    std::optional<domain::Task> task;
    std::optional<domain::Package> package;
    std::optional<domain::Product> product;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        auto found_task = tx.tasks().find(id);
        if (!found_task) return found_task.error();
        task = std::move(*found_task);
        if (!task) return Status{};
        auto found_package = tx.packages().find(task->package);
        if (!found_package) return found_package.error();
        package = std::move(*found_package);
        if (!package) return Status{};
        const auto& description = package->description;
        auto found_product =
            tx.products().find_model(description.manufacturer_name, description.device_type, description.model);
        if (!found_product) return found_product.error();
        product = std::move(*found_product);
        return Status{};
    });
    if (!read) return read.error();
    if (!task || !package) return not_found("task.package.not_found", "the task's package is gone", id.str());

    auto entry = std::make_shared<UpgradePlanEntry>();
    const auto& description = package->description;
    const bool by_mqtt = product && product->protocol == domain::Protocol::Mqtt;
    entry->plan =
        domain::UpgradePlan{.protocol = by_mqtt ? domain::UpgradeProtocol::Mqtt : domain::UpgradeProtocol::Pcp,
                            .target_version = description.version,
                            .chunk_count = by_mqtt ? kMqttChunks : package->chunk_count,
                            .source_versions = description.source_versions,
                            .retry_times = task->policy.retry_times,
                            .retry_interval = task->policy.retry_interval,
                            .limits = limits_,
                            .hold = hold_,
                            .ranges = ranges_,
                            .confirm = task->policy.app_confirm,
                            .end_time = task->policy.end_time,
                            .paused = task->paused,
                            .resumed_at = task->resumed_at};
    entry->notice = {.version = description.version,
                     .chunk_size = description.chunk_size,
                     .chunk_count = static_cast<std::uint16_t>(package->chunk_count),
                     .check_code = check_code_of(*package, product ? &*product : nullptr)};
    entry->file = {.name = description.file_name,
                   .sha256 = package->payload_sha256,
                   .size = package->payload_size,
                   .tells_name = !product || product->mqtt.sends_file_name,
                   .tells_sign = !product || product->mqtt.sends_sign};
    if (auto payload = files_.open(package->payload_sha256)) {
        entry->payload = std::move(*payload);
    } else {
        log::error(
            "package file cannot be read",
            {{"package", package->id}, {"sha256", package->payload_sha256}, {"reason", payload.error().message}});
    }
    return std::shared_ptr<const UpgradePlanEntry>(std::move(entry));
}

}  // namespace cellwise::app
