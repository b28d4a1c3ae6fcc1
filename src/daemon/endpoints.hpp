// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace cellwise::daemon {

/// Where the listeners are bound, "127.0.0.1:8080"; empty for those that are off.
struct Endpoints {
    std::string http{};
    std::string https{};
    std::string coap{};
    std::string download{};
};

/// Writes endpoints.json into the state directory, for scripts that let the system choose the ports, and says in the
/// log that the daemon is ready.
void announce(const Endpoints& endpoints, const std::filesystem::path& state);

}  // namespace cellwise::daemon
