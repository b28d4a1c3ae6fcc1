// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::rest {

/// The fields of one CSV line (RFC 4180, without line ends inside quotes: no value of ours has any). Nothing when the
/// quotes are wrong.
std::optional<std::vector<std::string>> parse_csv_row(std::string_view line);

}  // namespace cellwise::rest
