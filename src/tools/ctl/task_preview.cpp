// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/task_preview.hpp"

#include "tools/ctl/listing.hpp"
#include "tools/ctl/value_text.hpp"
#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

/// A count and some of its devices, if there are any: "     3  busy (00000000-…, …)".
void add_group(std::string& text, const Json& preview, const char* name, const char* words) {
    const auto group = preview.find(name);
    if (group == preview.end() || !group->is_object() || number_in(*group, "count") == 0) return;
    std::string ids;
    for (const auto& id : group->value("deviceIds", Json::array())) {
        ids += (ids.empty() ? "" : ", ") + value_text(id, Show::Text);
    }
    const auto count = std::to_string(number_in(*group, "count"));
    constexpr std::size_t kPlaces = 8;
    text += std::string(kPlaces - std::min(kPlaces, count.size()), ' ') + count + "  " + words;
    text += (ids.empty() ? "" : ": " + ids) + '\n';
}

}  // namespace

std::string preview_text(const Json& preview, std::optional<std::size_t> width, shell::Colour colour) {
    const auto devices = number_in(preview, "devices");
    const auto rounds = number_in(preview, "rounds");
    std::string text = std::to_string(devices) + (devices == 1 ? " device" : " devices") + ", of which " +
                       std::to_string(number_in(preview, "startable")) + " would be upgraded, in " +
                       std::to_string(rounds) + (rounds == 1 ? " round" : " rounds") + " of the fullest cell\n";
    if (preview.value("estimate", false)) {
        text += "an estimate: " + std::to_string(number_in(preview, "examined")) + " of them were looked at\n";
    }
    const auto cannot = preview.value("cannot", Json::object());
    add_group(text, cannot, "unknown", "are not known");
    add_group(text, cannot, "otherModel", "are of another model");
    add_group(text, cannot, "unsupported", "are of a product without upgrades");
    add_group(text, cannot, "busy", "are being upgraded by another task");
    add_group(text, cannot, "wrongSourceVersion", "run a version that the package does not upgrade");
    add_group(text, preview, "alreadyAtTarget", "run the version already");
    add_group(text, preview, "versionUnknown", "have not said their version yet");
    const auto cells = preview.value("cells", Json::array());
    if (cells.empty()) return text;
    const auto table = table_of({{"CELL", "/cell", Show::Text, ColumnTable::Cut::Never},
                                 {"COVERAGE", "/coverageClass"},
                                 {"DEVICES", "/devices", Show::Count},
                                 {"AT ONCE", "/limit", Show::Count},
                                 {"ROUNDS", "/rounds", Show::Count}},
                                {cells.begin(), cells.end()});
    text += '\n';
    for (const auto& line : table.lines(width, colour)) text += line + '\n';
    const auto all = number_in(preview, "cellCount");
    const auto shown = static_cast<std::int64_t>(cells.size());
    if (all > shown) text += "… and " + std::to_string(all - shown) + " cells more\n";
    if (const auto unknown = number_in(preview, "cellUnknown"); unknown > 0) {
        text += std::to_string(unknown) + " devices have not told their cell yet\n";
    }
    return text;
}

}  // namespace cellwise::ctl
