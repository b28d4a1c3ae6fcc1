// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_events.hpp"
#include "adapters/mqtt/event_codec.hpp"
#include "adapters/mqtt/property_codec.hpp"
#include "targets.hpp"

#include "cellwise/domain/mqtt.hpp"
#include "cellwise/domain/mqtt_login.hpp"
#include "cellwise/domain/mqtt_topic.hpp"

namespace cellwise::fuzz {

/// What a device publishes, and what a broker tells of it.
void fuzz_mqtt_payload(ByteView input) {
    const auto text = as_text(input);
    if (const auto events = mqtt::decode_events(text)) {
        CELLWISE_ASSERT(events->size() <= mqtt::kMostServices);
        for (const auto& event : *events) {
            if (const auto* version = std::get_if<domain::mqtt::VersionReport>(&event)) {
                CELLWISE_ASSERT(!version->software ||
                                (!version->software->empty() && version->software->size() <= mqtt::kLongestVersion));
            } else if (const auto* progress = std::get_if<domain::mqtt::ProgressReport>(&event)) {
                CELLWISE_ASSERT(progress->result_code >= 0);
                CELLWISE_ASSERT(!progress->progress || (*progress->progress >= 0 && *progress->progress <= 100));
                CELLWISE_ASSERT(progress->description.size() <= mqtt::kLongestDescription);
            }
        }
    }
    if (const auto reports = mqtt::decode_properties(text)) {
        CELLWISE_ASSERT(reports->size() <= mqtt::kMostServices);
        for (const auto& report : *reports) CELLWISE_ASSERT(report.values.size() <= mqtt::kMostProperties);
    }
    mqtt::EmqxSessions sessions;
    if (const auto event = mqtt::read_emqx_message("$SYS/brokers/x/clients/y/connected", text)) {
        CELLWISE_ASSERT(domain::mqtt::is_device_name(event->device));
        CELLWISE_ASSERT(sessions.take(*event).has_value());
    }
    if (const auto event = mqtt::read_emqx_rule(text); event && *event) {
        CELLWISE_ASSERT(domain::mqtt::is_device_name((*event)->device));
        sessions.take(**event);
    }
}

/// A question on the logins' socket, a client id and a topic: all strangers'.
void fuzz_mqtt_login(ByteView input) {
    namespace dm = domain::mqtt;
    const auto text = as_text(input);
    const auto decoded = dm::decode_question(text);
    if (decoded.state == dm::DecodedQuestion::State::Whole) {
        CELLWISE_ASSERT(decoded.size <= text.size() && decoded.size <= dm::kLongestQuestion);
        CELLWISE_ASSERT(dm::encode(decoded.question) == text.substr(0, decoded.size));
    }
    if (const auto answer = dm::decode_answer(text)) CELLWISE_ASSERT(dm::encode(*answer) == text);
    if (const auto id = dm::parse_client_id(text)) CELLWISE_ASSERT(dm::is_device_name(id->name));
    if (const auto topic = dm::parse_device_topic(text)) {
        CELLWISE_ASSERT(dm::device_topic(topic->device, topic->rest) == text);
        CELLWISE_ASSERT(!dm::may_publish("another", text) || topic->device == "another");
    }
}

}  // namespace cellwise::fuzz
