// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/system/file_limit.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cellwise::daemon {

/// How many connections a listener may have: as many as `key` wants, as far as the process may have files open that
/// are not `taken` by other listeners' connections. A tenth of the files is never taken.
inline std::size_t connection_limit(std::size_t wanted, std::string_view key, std::size_t taken = 0) {
    constexpr std::size_t kOtherFiles = 512;  // the database, packages, pushes, uploads
    const auto files = system::raise_file_limit();
    const auto all = files - std::min(files / 2, kOtherFiles);
    const auto room = std::max(all - std::min(all, taken), files / 10);
    if (room >= wanted) return wanted;
    log::warning("fewer connections than configured: too few files may be open",
                 {{"key", key}, {"connections", room}, {"files", files}});
    return room;
}

}  // namespace cellwise::daemon
