// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/access_service.hpp"

#include "cellwise/ports/database.hpp"

#include <filesystem>
#include <functional>

namespace cellwise::daemon {

/// Makes the operators' first token when `file` is not there, and writes it to it (mode 0600). A token "admin" from
/// before is replaced: who may write to the state directory owns the daemon. Logs what it did; `then` runs on the
/// loop when it is done, well or badly.
void provide_admin_token(const std::filesystem::path& file, ports::Database& database, app::AccessService& access,
                         std::function<void()> then);

}  // namespace cellwise::daemon
