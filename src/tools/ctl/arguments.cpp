// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/arguments.hpp"

#include "cellwise/base/assert.hpp"

#include <charconv>

namespace cellwise::ctl {

std::optional<std::string> Arguments::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second.front());
}

const std::string& Arguments::get(std::string_view name) const {
    const auto found = values_.find(name);
    CELLWISE_ASSERT(found != values_.end());
    return found->second.front();
}

std::optional<std::int64_t> Arguments::number(std::string_view name) const {
    const auto text = find(name);
    std::int64_t value = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return {};
    return value;
}

const std::vector<std::string>& Arguments::all(std::string_view name) const {
    static const std::vector<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

}  // namespace cellwise::ctl
