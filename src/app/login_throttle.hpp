// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace cellwise::app {

/// Counts who tries to sign in, by the name that is tried and by the address that tries, and says when it has been
/// too often. A try counts from its beginning, so that many at once are no way around. Callable from any thread.
class LoginThrottle {
 public:
    struct Limits {
        std::uint32_t per_name = 10;
        std::uint32_t per_address = 30;
        Duration window = std::chrono::minutes(10);
        std::size_t most = 10'000;  ///< names, and addresses, that are remembered: those begun last
    };

    LoginThrottle() : LoginThrottle(Limits{}) {}
    explicit LoginThrottle(Limits limits) : limits_(limits) {}

    /// Zero, and the try is counted; or how long to wait.
    Duration admit(std::string_view name, std::string_view address, Timestamp now);
    /// The try was a good one: it does not count, nor do the name's failures.
    void succeed(std::string_view name, std::string_view address);

 private:
    struct Window {
        Timestamp began{};
        std::uint32_t tries = 0;
    };
    using Windows = std::map<std::string, Window, std::less<>>;

    Duration wait(const Windows& windows, std::string_view key, std::uint32_t most, Timestamp now) const;
    void count(Windows& windows, std::string_view key, Timestamp now) const;

    const Limits limits_;
    std::mutex mutex_;
    Windows names_;
    Windows addresses_;
};

}  // namespace cellwise::app
