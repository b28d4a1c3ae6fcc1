// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::northbound {

/// A field of an application/x-www-form-urlencoded body; nothing when it is not there or badly encoded.
std::optional<std::string> form_field(std::string_view body, std::string_view name);

}  // namespace cellwise::northbound
