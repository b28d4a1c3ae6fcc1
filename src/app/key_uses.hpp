// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/package.hpp"
#include "cellwise/domain/task.hpp"
#include "cellwise/ports/database.hpp"

#include <vector>

namespace cellwise::app {

/// What hangs on a public key: whoever revokes it wants to know what it let in, and what that is doing now.
struct KeyUses {
    std::vector<domain::Package> packages{};  ///< that it verified, in order of their ids
    std::vector<domain::Task> tasks{};        ///< with one of them, that have not ended; in wait first
    bool more = false;                        ///< there are more than kMostUses of either

    static constexpr std::size_t kMostUses = 1'000;
};
/// Reads the packages of the key's manufacturer and the tasks that have not ended.
Result<KeyUses> find_key_uses(ports::Transaction& tx, const domain::PublicKey& key);

}  // namespace cellwise::app
