// SPDX-License-Identifier: Apache-2.0
#include "json/summary.hpp"

#include "json/document.hpp"

#include "cellwise/base/bytes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cellwise::json {
namespace {

constexpr std::size_t kLongest = 200;
constexpr std::size_t kLongestValue = 64;
/// Beyond this only a list of ids is meant, and reading it twice would cost more than the line is worth.
constexpr std::size_t kLargestBody = 64U << 10U;

/// A list of what may be shown, not of what may not: a member that is new tomorrow is no secret given away.
constexpr std::array<std::string_view, 19> kShown{
    "name",     "role",        "disabled",    "expiresAt",  "fileId",         "appId", "nodeId",
    "deviceId", "productId",   "groupId",     "deviceType", "manufacturerId", "model", "manufacturerName",
    "state",    "description", "executeType", "notifyType", "protocolType"};

std::string value_of(const nlohmann::json& value) {
    const auto written = value.is_string() ? value.get<std::string>() : value.dump();
    return printable(std::string_view(written).substr(0, kLongestValue));
}

}  // namespace

std::string summary_of(std::string_view body) {
    if (body.size() > kLargestBody) return std::to_string(body.size()) + " bytes";
    const auto document = Document::parse(body, Duplicates::LastWins);
    if (!document || !document->root().is_object()) return {};
    std::string line;
    for (const auto& [name, value] : document->root().items()) {
        if (!line.empty()) line += ", ";
        line += printable(std::string_view(name).substr(0, kLongestValue));
        const bool plain = value.is_string() || value.is_number() || value.is_boolean();
        const bool shown = std::find(kShown.begin(), kShown.end(), name) != kShown.end();
        if (plain && shown) line += '=' + value_of(value);
        if (value.is_array()) line += '(' + std::to_string(value.size()) + ')';
        if (line.size() >= kLongest) break;
    }
    return line.substr(0, kLongest);
}

}  // namespace cellwise::json
