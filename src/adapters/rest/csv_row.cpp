// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/csv_row.hpp"

namespace cellwise::rest {
namespace {

/// Takes a quoted field off the front, its opening quote being there; false when the quotes are wrong.
bool take_quoted(std::string_view& rest, std::string& field) {
    rest.remove_prefix(1);
    for (;;) {
        const auto quote = rest.find('"');
        if (quote == std::string_view::npos) return false;
        field += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (!rest.starts_with('"')) return rest.empty() || rest.front() == ',';
        field += '"';
        rest.remove_prefix(1);
    }
}

bool take_plain(std::string_view& rest, std::string& field) {
    field = rest.substr(0, rest.find(','));
    rest.remove_prefix(field.size());
    return field.find('"') == std::string::npos;
}

}  // namespace

std::optional<std::vector<std::string>> parse_csv_row(std::string_view line) {
    std::vector<std::string> fields;
    for (;;) {
        std::string field;
        const bool good = line.starts_with('"') ? take_quoted(line, field) : take_plain(line, field);
        if (!good) return std::nullopt;
        fields.push_back(std::move(field));
        if (line.empty()) return fields;
        line.remove_prefix(1);  // the comma; a field follows it, if only an empty one
    }
}

}  // namespace cellwise::rest
