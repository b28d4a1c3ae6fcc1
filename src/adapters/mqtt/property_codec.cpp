// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/property_codec.hpp"

#include "adapters/mqtt/event_codec.hpp"
#include "adapters/mqtt/scalar.hpp"
#include "json/document.hpp"

#include <utility>

namespace cellwise::mqtt {
namespace {

std::optional<domain::mqtt::ServiceProperties> properties_of(const nlohmann::json& service) {
    auto id = text_of(member(service, "service_id"), kLongestValue);
    const auto* properties = member(service, "properties");
    if (!id || properties == nullptr || !properties->is_object()) return std::nullopt;
    domain::mqtt::ServiceProperties report{.service = std::move(*id)};
    for (const auto& [name, value] : properties->items()) {
        if (report.values.size() == kMostProperties) break;
        if (auto text = text_of(&value, kLongestValue)) report.values.emplace_back(cut(name, kLongestValue), *text);
    }
    return report;
}

}  // namespace

Result<std::vector<domain::mqtt::ServiceProperties>> decode_properties(std::string_view payload) {
    if (payload.size() > kLongestProperties) {
        return Error{.kind = ErrorKind::TooLarge,
                     .code = "mqtt.payload.too_large",
                     .message = "a property report must have at most 262144 bytes"};
    }
    const auto document = json::Document::parse(payload, json::Duplicates::LastWins);
    if (!document) return document.error();
    const auto* services = member(document->root(), "services");
    if (services == nullptr || !services->is_array()) {
        return invalid("mqtt.payload.shape", "services", "must be an object with a list of services");
    }
    std::vector<domain::mqtt::ServiceProperties> reports;
    std::size_t read = 0;
    for (const auto& service : *services) {
        if (++read > kMostServices) break;
        if (auto report = properties_of(service)) reports.push_back(std::move(*report));
    }
    return reports;
}

}  // namespace cellwise::mqtt
