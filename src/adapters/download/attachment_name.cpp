// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/attachment_name.hpp"

#include <algorithm>

namespace cellwise::download {
namespace {

constexpr std::size_t kLongest = 128;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

}  // namespace

std::string attachment_name(std::string_view file_name) {
    std::string name(file_name.substr(file_name.size() - std::min(file_name.size(), kLongest)));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !is_plain(c); }, '_');
    // Neither hidden nor a directory, and no option to whatever the device hands it to.
    if (name.starts_with('.') || name.starts_with('-')) name.front() = '_';
    return name.empty() ? "package" : name;
}

}  // namespace cellwise::download
