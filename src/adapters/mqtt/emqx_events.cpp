// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_events.hpp"

#include "adapters/mqtt/scalar.hpp"
#include "json/document.hpp"

#include "cellwise/domain/mqtt.hpp"

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

}  // namespace

std::optional<Presence> EmqxSessions::take(std::string_view topic, std::string_view payload) {
    const auto connect = is_connect(topic);
    if (!connect || payload.size() > kLongestEvent) return std::nullopt;
    const auto document = json::Document::parse(payload, json::Duplicates::LastWins);
    if (!document) return std::nullopt;
    const auto name = text_of(member(document->root(), "username"), kLongestText);
    const auto client = text_of(member(document->root(), "clientid"), kLongestText);
    if (!name || !client || !domain::mqtt::is_device_name(*name)) return std::nullopt;
    if (*connect) {
        if (sessions_.size() >= kMost && !sessions_.contains(*name)) return std::nullopt;
        sessions_[*name] = *client;
        return Presence{*name, true};
    }
    // The same client id came back and took over: the device is there.
    const auto reason = text_of(member(document->root(), "reason"), kLongestText).value_or("");
    if (reason == "takenover" || reason == "takeovered" || reason == "discarded") return std::nullopt;
    const auto present = sessions_.find(*name);
    if (present != sessions_.end() && present->second != *client) return std::nullopt;
    if (present != sessions_.end()) sessions_.erase(present);
    return Presence{*name, false};
}

}  // namespace cellwise::mqtt
