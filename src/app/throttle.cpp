// SPDX-License-Identifier: Apache-2.0
#include "app/throttle.hpp"

#include <algorithm>

namespace cellwise::app {

/// In order of time from the front, and not more than the limit.
void Throttle::resize(Ring& ring, std::uint32_t limit) {
    if (ring.limit == limit) return;
    if (ring.times.size() == ring.limit) {
        std::rotate(ring.times.begin(), ring.times.begin() + static_cast<std::ptrdiff_t>(ring.next),
                    ring.times.end());
    }
    if (ring.times.size() > limit) {
        ring.times.erase(ring.times.begin(), ring.times.end() - static_cast<std::ptrdiff_t>(limit));
    }
    ring.next = 0;
    ring.limit = limit;
}

/// Once a window, what says nothing any more is dropped.
void Throttle::sweep(Shard& shard, Timestamp now) {
    if (now - shard.swept_at < kWindow) return;
    shard.swept_at = now;
    std::erase_if(shard.rings, [now](const auto& each) { return now - each.second.last >= kWindow; });
}

Status Throttle::admit(const AppId& app) {
    const auto limit = limit_.load(std::memory_order_relaxed);
    if (limit == 0) return {};
    const auto now = clock_.now();
    auto& shard = shards_[std::hash<AppId>{}(app) % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    sweep(shard, now);
    auto& ring = shard.rings[app];
    resize(ring, limit);
    if (ring.times.size() < limit) {
        ring.times.push_back(now);
    } else {
        if (now - ring.times[ring.next] < kWindow) {
            return Error{.kind = ErrorKind::TooMany,
                         .code = "access.throttled",
                         .message = "the application may make at most so many calls in 60 s",
                         .value = std::to_string(limit)};
        }
        ring.times[ring.next] = now;
        ring.next = (ring.next + 1) % limit;
    }
    ring.last = now;
    return {};
}

}  // namespace cellwise::app
