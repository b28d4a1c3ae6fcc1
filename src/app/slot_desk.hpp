// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/cell_limiter.hpp"

#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cellwise::app {

/// Hands out the slots of the cells: the limiter's rules, and the fact that only a device that listens now can make
/// use of one. Loop thread only.
class SlotDesk {
 public:
    struct Holder {
        JobId job;
        DeviceId device;
    };
    using IsAwake = std::function<bool(const DeviceId&)>;
    /// A slot is leased to the job. False: nobody is there any more to use it.
    using Granted = std::function<bool(const Holder&)>;

    SlotDesk(const domain::SlotLimits& limits, IsAwake is_awake, Granted granted);

    /// `lease_end` is for a slot that is granted at once or later; the holder renews it when it knows better.
    void request(const Holder& holder, const domain::CellKey& key, domain::CellLimiter::Place place, Duration lease,
                 Timestamp now);
    void release(const JobId& job, Duration lease, Timestamp now);
    void renew(const JobId& job, Timestamp lease_end) { limiter_.renew(job, lease_end); }
    /// At start, before any request.
    void restore(const Holder& holder, const domain::CellKey& key, Timestamp lease_end);
    /// Whose leases ran out; their slots are free, and offered by the next request or release, or by offer().
    std::vector<std::pair<Holder, domain::CellKey>> expire(Timestamp now);
    void offer(const domain::CellKey& key, Duration lease, Timestamp now);

    /// New limits: a lowered one takes no slot away. What raised ones free is offered by offer_more().
    void set_limits(const domain::SlotLimits& limits);
    /// Offers the slots of the next `lines` lines, until each had its turn since the limits were set.
    void offer_more(std::size_t lines, Duration lease, Timestamp now);

    /// Told whenever a line or its slots changed, other than by new limits.
    using Changed = std::function<void(const domain::CellKey&)>;
    void on_change(Changed changed) { changed_ = std::move(changed); }

    const domain::CellLimiter& limiter() const { return limiter_; }

 private:
    domain::CellLimiter limiter_;
    std::unordered_map<JobId, DeviceId> devices_;  ///< of the jobs that the limiter knows
    IsAwake is_awake_;
    Granted granted_;
    Changed changed_ = [](const domain::CellKey&) {};
    bool offers_more_ = false;
    std::optional<domain::CellKey> offered_to_{};  ///< the last line that offer_more() came to
};

}  // namespace cellwise::app
