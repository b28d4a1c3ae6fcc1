// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cellwise::json {

/// What a request asks for, in one line for a log that is kept: the names of its members, and the values of those
/// that are known to be no secret: "name=first try, fileId=0123…, targets, policy". At most 200 bytes, printable
/// ASCII. Empty for what is no JSON object.
std::string summary_of(std::string_view body);

}  // namespace cellwise::json
