// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/log.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/metrics.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace cellwise::daemon {

/// Keeps the number of live registrations for /metrics. Counting them walks an index, some 20 ns a device: so it is
/// done when somebody asks, on the thread that asks, and not again within five seconds. Callable from any thread but
/// the loop.
class LiveRegistrations {
 public:
    LiveRegistrations(ports::Database& database, const ports::Clock& clock, ports::Metrics& metrics)
        : database_(database),
          clock_(clock),
          live_(metrics.gauge("cellwise_lwm2m_registered", "Devices whose registration is live")) {}

    void refresh() {
        const std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock.owns_lock()) return;  // another thread counts just now
        const auto now = clock_.now();
        const bool is_fresh = counted_at_ && *counted_at_ <= now && now - *counted_at_ < kFreshFor;
        if (is_fresh) return;
        const auto read = database_.read([&](ports::Transaction& tx) -> Status {
            const auto live = tx.registrations().count_live(now);
            if (!live) return live.error();
            live_.set(static_cast<double>(*live));
            return Status{};
        });
        if (!read) return log::error("live registrations cannot be counted", {{"reason", read.error().message}});
        counted_at_ = now;
    }

 private:
    static constexpr Duration kFreshFor = std::chrono::seconds{5};

    ports::Database& database_;
    const ports::Clock& clock_;
    ports::Gauge& live_;
    std::mutex mutex_;  ///< of what follows
    std::optional<Timestamp> counted_at_{};
};

}  // namespace cellwise::daemon
