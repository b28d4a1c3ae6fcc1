// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/names.hpp"

namespace cellwise::lwm2m::data_format {

std::optional<Path> resolve_name(const Path& base, std::string_view base_name, std::string_view name) {
    constexpr std::size_t kLongestPath = 64;
    if (base_name.size() + name.size() > kLongestPath) return std::nullopt;
    std::string full(base_name);
    if (!full.empty() && !name.empty() && !full.ends_with('/') && !name.starts_with('/')) full += '/';
    if (full.ends_with('/') && name.starts_with('/')) full.pop_back();
    full += name;
    if (full.starts_with('/')) return Path::parse(full);
    if (full.empty()) return base;
    return Path::parse(base.depth() == 0 ? "/" + full : base.text() + "/" + full);
}

Status append_node(Nodes& nodes, const Path& path, Value value) {
    if (nodes.size() == kMaxNodes) return malformed("more than 256 values");
    nodes.push_back({path, std::move(value)});
    return {};
}

}  // namespace cellwise::lwm2m::data_format
