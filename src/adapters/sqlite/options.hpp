// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>

namespace cellwise::sqlite {

enum class Sync {
    Full,  ///< a commit survives the loss of power
    Off    ///< a commit survives the process, not the machine: for tests
};

struct Options {
    std::filesystem::path path{};
    Sync sync = Sync::Full;
    std::size_t max_pending = 100'000;  ///< writes that may wait; one more gets TooMany
    std::size_t max_group = 4'096;      ///< writes in one commit: none waits for more than so many others to be done
    /// After a commit the next one waits so long for company: a write that comes alone is durable at once, a crowd
    /// pays one sync for all. It bounds the commits per second, and so what a mass upgrade costs a disk.
    std::chrono::milliseconds rest{0};
    std::size_t idle_readers = 4;  ///< reading connections that are kept open
    /// Monotonic, for the duration of commits; without it they count as 0. (Only adapters/system asks for the time.)
    std::function<std::chrono::nanoseconds()> stopwatch{};
};

}  // namespace cellwise::sqlite
