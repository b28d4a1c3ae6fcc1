// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/log.hpp"
#include "cellwise/ports/database.hpp"

#include <string>

namespace cellwise::daemon {

/// The authorities of an application's own, as PEM. One that is gone, or cannot be read, has none: its push then
/// fails by itself, and says so.
inline std::string callback_ca_of(ports::Database& database, const AppId& app) {
    std::string pem;
    const auto read = database.read([&](ports::Transaction& tx) -> Status {
        const auto found = tx.applications().find(app);
        if (!found) return found.error();
        if (*found) pem = (*found)->callback_ca;
        return {};
    });
    if (!read) log::warning("an application's CA cannot be read", {{"app", app}, {"reason", read.error().message}});
    return pem;
}

}  // namespace cellwise::daemon
