// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/shell/tone.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cellwise::ctl {

/// How a member of an answer is shown to people.
enum class Show {
    Text,   ///< as it is, escaped
    Time,   ///< UTC to the second
    Bytes,  ///< 1.5 MB
    Count,  ///< digits, to the right
    Flag,   ///< yes or no
    State   ///< a word with a tone of its own
};

inline constexpr std::string_view kNothing = "–";

/// Safe for a terminal, in one line. `null` and what is not there is kNothing.
std::string value_text(const nlohmann::ordered_json& value, Show show);
/// Of a State: how it went.
shell::Tone tone_of(std::string_view state);

/// The member `name`; 0 when it is not there or no whole number.
std::int64_t number_in(const nlohmann::ordered_json& object, const char* name);

std::string bytes_text(std::uint64_t bytes);

}  // namespace cellwise::ctl
