// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/coverage.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cellwise::domain {

/// How many upgrades may run at once in one cell, per coverage class.
struct SlotLimits {
    std::uint32_t level0 = 50;
    std::uint32_t level1 = 10;
    std::uint32_t level2 = 1;
    std::uint32_t cell_only = 10;
    std::uint32_t no_cell = 500;  ///< of the whole daemon

    std::uint32_t of(CoverageClass coverage) const;
    friend bool operator==(const SlotLimits&, const SlotLimits&) = default;
};

/// Counts the upgrades that run at once per cell and coverage class. Every slot is a lease with an end. First come,
/// first served among those who can hear: a sleeper keeps its place in line while the slot goes to the next who is
/// awake. Pure: no clock, no I/O; the caller acts on what is returned.
///
/// Invariant, after every call: leases(key) <= limit(key) unless limits were lowered or leases restored above them;
/// a job stands in at most one line or holds exactly one lease, never both.
class CellLimiter {
 public:
    enum class Place {
        Tail,  ///< a newcomer
        Head   ///< one that had a slot, fell silent and resumes; heads stand among themselves in order of arrival
    };
    enum class Readiness { Awake, Asleep };

    struct Usage {
        CellKey key;
        std::uint32_t in_use = 0;
        std::uint32_t limit = 0;
        std::uint32_t waiting = 0;
        friend bool operator==(const Usage&, const Usage&) = default;
    };

    explicit CellLimiter(SlotLimits limits);

    /// Stands in line. A job that stands in this line already only changes its readiness; one that stands in another
    /// line or holds a slot of another key gives that up first, and that key is returned: its line may now move; one
    /// that holds a slot of this key keeps it.
    std::optional<CellKey> enqueue(const JobId& job, const CellKey& key, Place place, Readiness readiness);
    /// Of a job in line; others are not affected.
    void set_readiness(const JobId& job, Readiness readiness);
    /// Whom grant_next would give a slot of `key` now: the caller may know better who is awake.
    std::optional<JobId> next_in_line(const CellKey& key) const;
    /// Gives the next free slot of `key` to the first in line who is awake, with a lease until `lease_end`; nothing
    /// when none is free or none is awake. Call until it returns nothing.
    std::optional<JobId> grant_next(const CellKey& key, Timestamp lease_end);
    /// Gives the lease a new end; false when the job holds none.
    bool renew(const JobId& job, Timestamp lease_end);
    /// Gives back the lease or the place in line, whichever the job has: returns the key whose line may now move.
    std::optional<CellKey> remove(const JobId& job);
    /// Takes the leases that have run out by `now` away and returns whose they were, the earliest end first.
    std::vector<std::pair<JobId, CellKey>> expire(Timestamp now);
    /// At start: puts back a lease that was held when the process ended, even above the limit. Whatever the job has
    /// already, it gives up first.
    void restore(const JobId& job, const CellKey& key, Timestamp lease_end);
    /// New limits hold from the next grant on; leases above a lowered limit run out by themselves.
    void set_limits(const SlotLimits& limits);

    bool holds_slot(const JobId& job) const;
    bool is_waiting(const JobId& job) const;
    /// The earliest end of any lease.
    std::optional<Timestamp> next_expiry() const;
    Usage usage(const CellKey& key) const;
    /// Every key with a lease or a line, in order of the key; at most `limit` rows after `after`.
    std::vector<Usage> usages(const std::optional<CellKey>& after, std::size_t limit) const;
    std::uint64_t leases() const { return static_cast<std::uint64_t>(lease_ends_.size()); }
    std::uint64_t waiting() const { return static_cast<std::uint64_t>(jobs_.size() - lease_ends_.size()); }

 private:
    /// A place in line: the smaller stands further ahead.
    using Ticket = std::uint64_t;

    struct Line {
        std::map<Ticket, JobId> awake{};  ///< who may be given a slot now
        std::uint32_t asleep = 0;         ///< their tickets stand in jobs_ only
        std::uint32_t in_use = 0;
    };
    /// Where a job stands; it has a lease if it does not wait.
    struct Standing {
        CellKey key;
        Ticket ticket = 0;
        Readiness readiness = Readiness::Asleep;
        std::optional<Timestamp> lease_end{};
    };

    void lease(const JobId& job, Standing& standing, Line& line, Timestamp lease_end);
    /// Takes what the standing holds out of its line, and the line away if nothing is left in it.
    void vacate(const JobId& job, const Standing& standing);
    Usage usage_of(const CellKey& key, const Line& line) const;

    SlotLimits limits_;
    std::map<CellKey, Line> lines_;  ///< none without a lease or somebody in line
    std::unordered_map<JobId, Standing> jobs_;
    std::set<std::pair<Timestamp, JobId>> lease_ends_;
    Ticket arrivals_ = 0;
};

}  // namespace cellwise::domain
