// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_events.hpp"

#include "adapters/mqtt/scalar.hpp"
#include "json/document.hpp"

#include "cellwise/domain/mqtt.hpp"

#include <utility>

namespace cellwise::mqtt {
namespace {

constexpr std::size_t kLongestEvent = 16 * 1024;
constexpr std::size_t kLongestText = 512;

std::optional<bool> is_connect(std::string_view topic) {
    if (!topic.starts_with("$SYS/brokers/")) return std::nullopt;
    if (topic.ends_with("/connected")) return true;
    if (topic.ends_with("/disconnected")) return false;
    return std::nullopt;
}

/// Nothing for a client that is no device.
std::optional<EmqxEvent> event_in(const nlohmann::json& event, bool connected) {
    const auto name = text_of(member(event, "username"), kLongestText);
    auto client = text_of(member(event, "clientid"), kLongestText);
    if (!name || !client || !domain::mqtt::is_device_name(*name)) return std::nullopt;
    return EmqxEvent{.device = *name,
                     .client_id = std::move(*client),
                     .connected = connected,
                     .reason = text_of(member(event, "reason"), kLongestText).value_or(""),
                     .connected_at = integer_of(member(event, "connected_at")).value_or(0)};
}

}  // namespace

std::optional<EmqxEvent> read_emqx_message(std::string_view topic, std::string_view payload) {
    const auto connected = is_connect(topic);
    if (!connected || payload.size() > kLongestEvent) return std::nullopt;
    const auto document = json::Document::parse(payload, json::Duplicates::LastWins);
    return document ? event_in(document->root(), *connected) : std::nullopt;
}

Result<std::optional<EmqxEvent>> read_emqx_rule(std::string_view body) {
    const auto document = json::Document::parse(body, json::Duplicates::Refuse);
    if (!document) return document.error();
    const auto event = text_of(member(document->root(), "event"), kLongestText).value_or("");
    if (event == "client.connected") return event_in(document->root(), true);
    if (event == "client.disconnected") return event_in(document->root(), false);
    return invalid("mqtt.emqx.event", "event", "event must be client.connected or client.disconnected", event);
}

std::optional<Presence> EmqxSessions::take(const EmqxEvent& event) {
    const auto present = sessions_.find(event.device);
    const bool known = present != sessions_.end();
    if (event.connected) {
        const bool told = known && event.connected_at != 0 && present->second.client_id == event.client_id &&
                          present->second.connected_at == event.connected_at;
        if (told || (!known && sessions_.size() >= kMost)) return std::nullopt;
        sessions_[event.device] = {event.client_id, event.connected_at};
        return Presence{event.device, true};
    }
    // The same client id came back and took over: the device is there.
    const auto& reason = event.reason;
    if (reason == "takenover" || reason == "takeovered" || reason == "discarded") return std::nullopt;
    if (known && present->second.client_id != event.client_id) return std::nullopt;
    if (known) sessions_.erase(present);
    return Presence{event.device, false};
}

}  // namespace cellwise::mqtt
