// SPDX-License-Identifier: Apache-2.0
#include "app/login_throttle.hpp"

#include <algorithm>

namespace cellwise::app {

Duration LoginThrottle::admit(std::string_view name, std::string_view address, Timestamp now) {
    const std::lock_guard lock(mutex_);
    const auto to_wait =
        std::max(wait(names_, name, limits_.per_name, now), wait(addresses_, address, limits_.per_address, now));
    if (to_wait > Duration::zero()) return to_wait;
    count(names_, name, now);
    count(addresses_, address, now);
    return Duration::zero();
}

void LoginThrottle::succeed(std::string_view name, std::string_view address) {
    const std::lock_guard lock(mutex_);
    if (const auto of_name = names_.find(name); of_name != names_.end()) names_.erase(of_name);
    const auto of_address = addresses_.find(address);
    if (of_address != addresses_.end() && of_address->second.tries > 0) --of_address->second.tries;
}

Duration LoginThrottle::wait(const Windows& windows, std::string_view key, std::uint32_t most, Timestamp now) const {
    const auto found = windows.find(key);
    if (found == windows.end() || found->second.tries < most) return Duration::zero();
    return std::clamp(found->second.began + limits_.window - now, Duration::zero(), limits_.window);
}

void LoginThrottle::count(Windows& windows, std::string_view key, Timestamp now) const {
    auto found = windows.find(key);
    if (found != windows.end() && found->second.began + limits_.window <= now) {
        windows.erase(found);
        found = windows.end();
    }
    if (found != windows.end()) {
        ++found->second.tries;
        return;
    }
    if (windows.size() >= limits_.most) {
        const auto older = [](const auto& a, const auto& b) { return a.second.began < b.second.began; };
        windows.erase(std::min_element(windows.begin(), windows.end(), older));
    }
    windows.emplace(key, Window{.began = now, .tries = 1});
}

}  // namespace cellwise::app
