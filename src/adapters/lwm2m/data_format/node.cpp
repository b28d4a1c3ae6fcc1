// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/node.hpp"

#include "cellwise/base/assert.hpp"

#include <charconv>

namespace cellwise::lwm2m::data_format {

Path::Path(std::initializer_list<std::uint16_t> ids) {
    CELLWISE_ASSERT(ids.size() <= kMaxDepth);
    for (const auto id : ids) ids_[depth_++] = id;
}

std::optional<Path> Path::parse(std::string_view text) {
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
    std::optional<Path> path{Path{}};
    while (path && !text.empty()) {
        const auto segment = text.substr(0, text.find('/'));
        std::uint16_t id = 0;
        const auto* end = segment.data() + segment.size();
        const auto [stop, error] = std::from_chars(segment.data(), end, id);
        if (error != std::errc{} || stop != end) return std::nullopt;
        path = path->child(id);
        text.remove_prefix(std::min(segment.size() + 1, text.size()));
    }
    return path;
}

std::optional<Path> Path::child(std::uint16_t id) const {
    if (depth_ == kMaxDepth) return std::nullopt;
    auto path = *this;
    path.ids_[path.depth_++] = id;
    return path;
}

std::string Path::text() const {
    std::string text;
    for (std::size_t level = 0; level < depth_; ++level) text.append("/").append(std::to_string(ids_[level]));
    return text.empty() ? "/" : text;
}

}  // namespace cellwise::lwm2m::data_format
