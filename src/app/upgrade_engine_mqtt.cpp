// SPDX-License-Identifier: Apache-2.0
// What an UpgradeEngine does where a device is upgraded by MQTT: reports, transfers, and the notice with its token.
#include "app/upgrade_engine.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::app {
namespace {

bool is_by_mqtt(const UpgradePlanEntry& entry) { return entry.plan.protocol == domain::UpgradeProtocol::Mqtt; }

domain::mqtt::UpgradeNotice notice_of(const UpgradePlanEntry& entry, const UpgradeEngine::DownloadOffer& offer) {
    const auto& file = entry.file;
    return {.version = std::string(entry.plan.target_version.raw()),
            .url = offer.url,
            .file_size = file.size,
            .file_name = file.tells_name ? std::optional(file.name) : std::nullopt,
            .sign = file.tells_sign ? std::optional(file.sha256) : std::nullopt,
            .access_token = offer.token,
            .expires = offer.expires};
}

}  // namespace

DeviceLink& UpgradeEngine::link_of(const Live& live) {
    if (is_by_mqtt(*live->plan)) return mqtt_;
    return link_;
}

/// Every notice has a token of its own: that of an earlier one was stored nowhere in clear.
void UpgradeEngine::offer_download(const Live& live, const std::vector<domain::Effect>& effects) {
    const auto is_notice = [](const auto& effect) { return std::holds_alternative<domain::SendNotice>(effect); };
    if (!is_by_mqtt(*live->plan) || std::none_of(effects.begin(), effects.end(), is_notice)) return;
    live->offer = std::make_shared<const DownloadOffer>(hooks_.offer_download(live->job));
}

void UpgradeEngine::send_notice(const Live& live) {
    auto outcome = outcome_of(live, domain::Request::Notice);
    if (!is_by_mqtt(*live->plan)) return link_.send_notice(live->job.device, live->plan->notice, std::move(outcome));
    mqtt_.send_upgrade(live->job.device, notice_of(*live->plan, *live->offer), std::move(outcome));
}

void UpgradeEngine::on_session(const DeviceId& device) {
    tell_by_mqtt(device, domain::SessionBegan{});
    on_heard(device);
}

void UpgradeEngine::on_version(const DeviceId& device, const domain::Version& version) {
    if (find_live(device)) return tell_by_mqtt(device, domain::VersionReported{version});
    if (version.empty()) return;
    // Of a device without an upgrade: what people and filters see of it.
    auto work = [device, version](ports::Transaction& tx) { return tx.devices().record_version(device, version); };
    database_.write(std::move(work), [](const Status& status) {
        if (!status) log::error("a version cannot be stored", {{"reason", status.error().message}});
    });
}

void UpgradeEngine::on_progress(const DeviceId& device, const domain::ProgressReported& report) {
    tell_by_mqtt(device, report);
}

void UpgradeEngine::on_report(const DeviceId& device, ByteView payload) {
    uplinks_.keep(device, payload, clock_.now());
}

void UpgradeEngine::tell_by_mqtt(const DeviceId& device, const domain::Event& event) {
    const auto live = find_live(device);
    if (!live) return numbers_.unhandled.add();
    if (is_by_mqtt(*live->plan)) dispatch(live, event);
    let_sleep(live);
}

void UpgradeEngine::tell_transfer(const DeviceId& device, const JobId& job, const domain::Event& event) {
    const auto live = find_live(device);
    if (!live) return;
    if (live->job.id == job) dispatch(live, event);
    let_sleep(live);
}

void UpgradeEngine::on_transfer_started(const DeviceId& device, const JobId& job, std::function<void()> noted) {
    tell_transfer(device, job, domain::TransferStarted{});
    const auto found = live_.find(device);
    if (found == live_.end() || found->second->uncommitted == 0) return noted();
    // Behind whatever of the job is being committed.
    database_.write([](ports::Transaction&) { return Status{}; },
                    [noted = std::move(noted)](const Status&) { noted(); });
}

void UpgradeEngine::on_transfer_progress(const DeviceId& device, const JobId& job, std::uint64_t bytes) {
    const auto live = find_live(device);
    if (!live || live->job.id != job) return;
    const auto& file = live->plan->file;
    const auto chunks = file.size == 0 ? 0 : bytes * live->plan->plan.chunk_count / file.size;
    dispatch(live, domain::TransferMoved{static_cast<std::uint32_t>(chunks)});
}

void UpgradeEngine::on_transfer_ended(const DeviceId& device, const JobId& job, bool whole) {
    tell_transfer(device, job, domain::TransferEnded{whole});
}

}  // namespace cellwise::app
