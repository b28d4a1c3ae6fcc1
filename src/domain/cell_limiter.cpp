// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/cell_limiter.hpp"

namespace cellwise::domain {
namespace {

/// Set in the tickets of tails, so that every head stands before them.
constexpr std::uint64_t kTailBit = std::uint64_t{1} << 63;

}  // namespace

std::uint32_t SlotLimits::of(CoverageClass coverage) const {
    switch (coverage) {
        case CoverageClass::Level0:
            return level0;
        case CoverageClass::Level1:
            return level1;
        case CoverageClass::Level2:
            return level2;
        case CoverageClass::CellOnly:
            return cell_only;
        case CoverageClass::NoCell:
            return no_cell;
    }
    return 0;
}

CellLimiter::CellLimiter(SlotLimits limits) : limits_(limits) {}

std::optional<CellKey> CellLimiter::enqueue(const JobId& job, const CellKey& key, Place place, Readiness readiness) {
    std::optional<CellKey> given_up;
    if (const auto found = jobs_.find(job); found != jobs_.end()) {
        if (found->second.key == key) {
            set_readiness(job, readiness);
            return std::nullopt;
        }
        given_up = remove(job);
    }
    const Ticket ticket = ++arrivals_ | (place == Place::Tail ? kTailBit : 0);
    auto& line = lines_[key];
    if (readiness == Readiness::Awake) {
        line.awake.emplace(ticket, job);
    } else {
        ++line.asleep;
    }
    jobs_.emplace(job, Standing{key, ticket, readiness});
    return given_up;
}

void CellLimiter::set_readiness(const JobId& job, Readiness readiness) {
    const auto found = jobs_.find(job);
    if (found == jobs_.end()) return;
    auto& standing = found->second;
    if (standing.lease_end || standing.readiness == readiness) return;
    standing.readiness = readiness;
    auto& line = lines_.at(standing.key);
    if (readiness == Readiness::Awake) {
        line.awake.emplace(standing.ticket, job);
        --line.asleep;
    } else {
        line.awake.erase(standing.ticket);
        ++line.asleep;
    }
}

std::optional<JobId> CellLimiter::next_in_line(const CellKey& key) const {
    const auto found = lines_.find(key);
    if (found == lines_.end()) return std::nullopt;
    const auto& line = found->second;
    if (line.awake.empty() || line.in_use >= limits_.of(key.coverage)) return std::nullopt;
    return line.awake.begin()->second;
}

std::optional<JobId> CellLimiter::grant_next(const CellKey& key, Timestamp lease_end) {
    const auto job = next_in_line(key);
    if (!job) return std::nullopt;
    auto& line = lines_.at(key);
    line.awake.erase(line.awake.begin());
    lease(*job, jobs_.at(*job), line, lease_end);
    return job;
}

bool CellLimiter::renew(const JobId& job, Timestamp lease_end) {
    const auto found = jobs_.find(job);
    if (found == jobs_.end() || !found->second.lease_end) return false;
    lease_ends_.erase({*found->second.lease_end, job});
    lease_ends_.emplace(lease_end, job);
    found->second.lease_end = lease_end;
    return true;
}

std::optional<CellKey> CellLimiter::remove(const JobId& job) {
    auto node = jobs_.extract(job);
    if (node.empty()) return std::nullopt;
    vacate(job, node.mapped());
    return std::move(node.mapped().key);
}

std::vector<std::pair<JobId, CellKey>> CellLimiter::expire(Timestamp now) {
    std::vector<std::pair<JobId, CellKey>> expired;
    while (!lease_ends_.empty() && lease_ends_.begin()->first <= now) {
        const JobId job = lease_ends_.begin()->second;
        if (auto key = remove(job)) expired.emplace_back(job, std::move(*key));
    }
    return expired;
}

void CellLimiter::restore(const JobId& job, const CellKey& key, Timestamp lease_end) {
    remove(job);
    auto& standing = jobs_.emplace(job, Standing{key}).first->second;
    lease(job, standing, lines_[key], lease_end);
}

void CellLimiter::set_limits(const SlotLimits& limits) { limits_ = limits; }

bool CellLimiter::holds_slot(const JobId& job) const {
    const auto found = jobs_.find(job);
    return found != jobs_.end() && found->second.lease_end;
}

bool CellLimiter::is_waiting(const JobId& job) const {
    const auto found = jobs_.find(job);
    return found != jobs_.end() && !found->second.lease_end;
}

std::optional<Timestamp> CellLimiter::next_expiry() const {
    if (lease_ends_.empty()) return std::nullopt;
    return lease_ends_.begin()->first;
}

CellLimiter::Usage CellLimiter::usage(const CellKey& key) const {
    const auto found = lines_.find(key);
    return usage_of(key, found == lines_.end() ? Line{} : found->second);
}

std::vector<CellLimiter::Usage> CellLimiter::usages(const std::optional<CellKey>& after, std::size_t limit) const {
    std::vector<Usage> rows;
    for (auto it = after ? lines_.upper_bound(*after) : lines_.begin(); it != lines_.end() && rows.size() < limit;
         ++it) {
        rows.push_back(usage_of(it->first, it->second));
    }
    return rows;
}

void CellLimiter::lease(const JobId& job, Standing& standing, Line& line, Timestamp lease_end) {
    standing.lease_end = lease_end;
    lease_ends_.emplace(lease_end, job);
    ++line.in_use;
}

void CellLimiter::vacate(const JobId& job, const Standing& standing) {
    const auto found = lines_.find(standing.key);
    auto& line = found->second;
    if (standing.lease_end) {
        lease_ends_.erase({*standing.lease_end, job});
        --line.in_use;
    } else if (standing.readiness == Readiness::Awake) {
        line.awake.erase(standing.ticket);
    } else {
        --line.asleep;
    }
    if (line.in_use == 0 && line.asleep == 0 && line.awake.empty()) lines_.erase(found);
}

CellLimiter::Usage CellLimiter::usage_of(const CellKey& key, const Line& line) const {
    return {key, line.in_use, limits_.of(key.coverage), static_cast<std::uint32_t>(line.awake.size()) + line.asleep};
}

}  // namespace cellwise::domain
