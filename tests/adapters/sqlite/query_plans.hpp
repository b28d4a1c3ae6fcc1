// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cellwise::sqlite {

/// Of these statements those that SQLite would answer by walking a whole table or by sorting more than it returns,
/// each with its plan, except the few that do so by design.
std::vector<std::string> costly_statements(const std::filesystem::path& database,
                                           const std::vector<std::string>& statements);

}  // namespace cellwise::sqlite
