// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/time_text.hpp"
#include "json/writer.hpp"

#include <optional>
#include <string>
#include <string_view>

/// How values are shown where several resources need it.
namespace cellwise::rest {

inline std::optional<std::string_view> or_null(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}
template <class Id>
requires requires(const Id& id) { Id::kLength; }
std::optional<Id> or_null(const Id& id) { return id.empty() ? std::nullopt : std::optional(id); }

/// The JSON that `write(out)` writes.
template <class Write>
std::string json_of(const Write& write) {
    json::Writer out;
    write(out);
    return out.take();
}

}  // namespace cellwise::rest
