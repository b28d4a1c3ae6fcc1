// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/system/file_limit.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <cstddef>

namespace cellwise::daemon {

/// How many HTTP connections there may be: as many as wanted, as far as the process may have files open.
inline std::size_t connection_limit(std::size_t wanted) {
    constexpr std::size_t kOtherFiles = 512;  // the database, packages, pushes, uploads
    const auto files = system::raise_file_limit();
    const auto room = files - std::min(files / 2, kOtherFiles);
    if (room >= wanted) return wanted;
    log::warning("fewer HTTP connections than http.max_connections: too few files may be open",
                 {{"connections", room}, {"files", files}});
    return room;
}

}  // namespace cellwise::daemon
