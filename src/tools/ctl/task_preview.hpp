// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/shell/tone.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace cellwise::ctl {

/// What a task would do, as the API foretells it: how many devices, why some cannot, how full the cells would be.
std::string preview_text(const nlohmann::ordered_json& preview, std::optional<std::size_t> width,
                         shell::Colour colour);

}  // namespace cellwise::ctl
