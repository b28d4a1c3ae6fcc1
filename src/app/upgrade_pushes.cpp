// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_pushes.hpp"

#include <optional>

namespace cellwise::app {
namespace {

std::optional<domain::NotifyType> type_of(const domain::Effect& effect) {
    if (std::holds_alternative<domain::PublishPhase>(effect)) return domain::NotifyType::SwUpgradeStateChange;
    if (std::holds_alternative<domain::PublishResult>(effect)) return domain::NotifyType::SwUpgradeResult;
    return std::nullopt;
}

}  // namespace

Status append_push(ports::Transaction& tx, const domain::Job& job, const domain::UpgradePlan& plan,
                   const domain::Effect& effect, Timestamp now) {
    const auto type = type_of(effect);
    if (!type || job.app.empty()) return Status{};
    const auto subscription = tx.subscriptions().find(job.app, *type);
    if (!subscription) return subscription.error();
    if (!*subscription) return Status{};

    domain::Push push{.app = job.app,
                      .type = *type,
                      .device = job.device,
                      .task = job.task,
                      .job = job.id,
                      .occurred_at = now,
                      .due_at = now};
    if (const auto* phase = std::get_if<domain::PublishPhase>(&effect)) {
        push.phase = to_string(phase->phase);
    } else {
        push.success = job.state == domain::JobState::Succeeded;
        push.source_version = job.source_version.text();
        push.current_version = job.current_version.text();
        push.target_version = plan.target_version.text();
        push.detail = job.detail;
    }
    const auto appended = tx.outbox().append(push);
    return appended ? Status{} : Status{appended.error()};
}

}  // namespace cellwise::app
