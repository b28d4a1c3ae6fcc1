// SPDX-License-Identifier: Apache-2.0
#include "app/slot_desk.hpp"

#include <utility>

namespace cellwise::app {

using domain::CellKey;
using domain::CellLimiter;

SlotDesk::SlotDesk(const domain::SlotLimits& limits, IsAwake is_awake, Granted granted)
    : limiter_(limits), is_awake_(std::move(is_awake)), granted_(std::move(granted)) {}

void SlotDesk::request(const Holder& holder, const CellKey& key, CellLimiter::Place place, Duration lease,
                       Timestamp now) {
    devices_.insert_or_assign(holder.job, holder.device);
    const auto readiness = is_awake_(holder.device) ? CellLimiter::Readiness::Awake : CellLimiter::Readiness::Asleep;
    if (const auto left = limiter_.enqueue(holder.job, key, place, readiness)) {
        changed_(*left);
        offer(*left, lease, now);
    }
    changed_(key);
    offer(key, lease, now);
}

void SlotDesk::release(const JobId& job, Duration lease, Timestamp now) {
    devices_.erase(job);
    if (const auto key = limiter_.remove(job)) {
        changed_(*key);
        offer(*key, lease, now);
    }
}

void SlotDesk::restore(const Holder& holder, const CellKey& key, Timestamp lease_end) {
    devices_.insert_or_assign(holder.job, holder.device);
    limiter_.restore(holder.job, key, lease_end);
}

std::vector<std::pair<SlotDesk::Holder, CellKey>> SlotDesk::expire(Timestamp now) {
    std::vector<std::pair<Holder, CellKey>> expired;
    for (const auto& [job, key] : limiter_.expire(now)) {
        changed_(key);
        const auto found = devices_.find(job);
        if (found == devices_.end()) continue;
        expired.emplace_back(Holder{job, found->second}, key);
        devices_.erase(found);
    }
    return expired;
}

void SlotDesk::offer(const CellKey& key, Duration lease, Timestamp now) {
    while (const auto next = limiter_.next_in_line(key)) {
        changed_(key);
        const auto found = devices_.find(*next);
        if (found == devices_.end()) {
            limiter_.remove(*next);
            continue;
        }
        if (!is_awake_(found->second)) {
            // It keeps its place; the slot goes to the next who can hear of it.
            limiter_.set_readiness(*next, CellLimiter::Readiness::Asleep);
            continue;
        }
        limiter_.grant_next(key, now + lease);
        if (granted_(Holder{*next, found->second})) continue;
        limiter_.remove(*next);
        devices_.erase(*next);
    }
}

void SlotDesk::set_limits(const domain::SlotLimits& limits) {
    limiter_.set_limits(limits);
    offers_more_ = true;
    offered_to_.reset();
}

void SlotDesk::offer_more(std::size_t lines, Duration lease, Timestamp now) {
    if (!offers_more_) return;
    const auto usages = limiter_.usages(offered_to_, lines);
    for (const auto& usage : usages) offer(usage.key, lease, now);
    offers_more_ = usages.size() == lines;
    if (offers_more_) offered_to_ = usages.back().key;
}

}  // namespace cellwise::app
