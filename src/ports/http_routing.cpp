// SPDX-License-Identifier: Apache-2.0
#include "cellwise/ports/http_routing.hpp"

#include "cellwise/base/bytes.hpp"

#include <algorithm>

namespace cellwise::ports {
namespace {

/// Takes the front segment off a path that begins with '/'.
std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool segment_fits(std::string_view pattern, std::string_view segment, std::vector<std::string>& values) {
    if (!pattern.starts_with('{')) return pattern == segment;
    const auto suffix = pattern.substr(pattern.find('}') + 1);
    if (!segment.ends_with(suffix)) return false;
    const auto value = segment.substr(0, segment.size() - suffix.size());
    if (value.empty() || value.find(':') != std::string_view::npos) return false;
    values.emplace_back(value);
    return true;
}

}  // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
    // A table of routes is walked for every request: most of them differ before their first {…}.
    if (!path.starts_with(pattern.substr(0, pattern.find('{')))) return std::nullopt;
    std::vector<std::string> values;
    while (pattern.starts_with('/') && path.starts_with('/')) {
        if (!segment_fits(next_segment(pattern), next_segment(path), values)) return std::nullopt;
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return values;
}

std::string_view bearer_token(const HttpHeaders& headers) {
    constexpr std::string_view kScheme = "bearer ";
    auto value = find_header(headers, "Authorization").value_or("");
    const auto same = [](char scheme, char c) { return scheme == ascii_lower(c); };
    if (value.size() < kScheme.size() || !std::equal(kScheme.begin(), kScheme.end(), value.begin(), same)) return {};
    value.remove_prefix(kScheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    return value;
}

std::optional<std::string_view> application_key(const HttpHeaders& headers) {
    const auto key = find_header(headers, "app_key");
    return key ? key : find_header(headers, "x-app-key");
}

}  // namespace cellwise::ports
