// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cellwise::ctl {

/// One object for people: a line a member, in the order and by the names of the API, what lies in it indented. Safe
/// for a terminal; a text of several lines (a key, a certificate) keeps them.
std::string record_text(const nlohmann::ordered_json& object);

}  // namespace cellwise::ctl
