// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cellwise::download {

/// The file's name as it can stand in `Content-Disposition: attachment;filename=NAME` without quotes, which devices
/// do not read, and as a device can open it: letters, digits, '.', '_' and '-', none of them a way out of its
/// directory. All else becomes '_'; at most 128 characters, of which the last ones, with the extension, are kept.
std::string attachment_name(std::string_view file_name);

}  // namespace cellwise::download
