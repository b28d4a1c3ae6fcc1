// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/api_client.hpp"
#include "tools/ctl/column_table.hpp"
#include "tools/ctl/command_table.hpp"
#include "tools/ctl/output.hpp"
#include "tools/ctl/value_text.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cellwise::ctl {

/// A column of a list: where in an item its value lies, and how it is shown.
struct ListColumn {
    std::string_view title;
    std::string_view pointer;  ///< RFC 6901: "/counters/total"
    Show show = Show::Text;
    ColumnTable::Cut cut = ColumnTable::Cut::IfNarrow;
};

/// An option that is a filter of the API.
struct ListFilter {
    std::string_view option;
    std::string_view query;
};

struct Listing {
    std::string path;
    std::vector<ListColumn> columns;
    std::vector<ListFilter> filters{};
};

/// --limit, --all and --cursor, in front of which a list's own parameters stand.
std::vector<Parameter> list_parameters(std::vector<Parameter> own);

/// Reads as many pages as are asked for and shows them as one table, or as one JSON list of the API's form.
Status show_list(const Listing& listing, const Arguments& arguments, Session& session);

/// Every item of a list up to `most`, page by page. `more` says whether there are others.
struct Items {
    std::vector<nlohmann::ordered_json> items;
    bool more = false;
};
Result<Items> read_items(ApiClient& api, const std::string& path, Query query, std::size_t most);

/// The items as a table for people.
ColumnTable table_of(const std::vector<ListColumn>& columns, const std::vector<nlohmann::ordered_json>& items);
void show_table(const ColumnTable& table, Output& output);

}  // namespace cellwise::ctl
