// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cellwise::json {

/// The name that somebody who wrote `word` most likely meant; empty when none is near (more than a third of its
/// letters would have to change).
std::string nearest(std::string_view word, std::span<const std::string_view> names);

}  // namespace cellwise::json
