// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cellwise::fakes {

/// The absolute path of a file of the checkout that the tests were built from; `path` begins without a slash.
std::string in_source_tree(std::string_view path);

}  // namespace cellwise::fakes
