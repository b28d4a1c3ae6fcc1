// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt_topic.hpp"

#include "cellwise/domain/mqtt_name.hpp"

namespace cellwise::domain::mqtt {
namespace {

constexpr std::string_view kPrefix = "$oc/devices/";

bool is_own(std::string_view device, std::string_view topic) {
    const auto parsed = parse_device_topic(topic);
    return parsed && parsed->device == device && !parsed->rest.empty();
}

}  // namespace

std::optional<DeviceTopic> parse_device_topic(std::string_view topic) {
    if (!topic.starts_with(kPrefix)) return std::nullopt;
    topic.remove_prefix(kPrefix.size());
    const auto slash = topic.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto device = topic.substr(0, slash);
    if (!is_device_name(device)) return std::nullopt;
    return DeviceTopic{device, topic.substr(slash + 1)};
}

std::optional<std::string> device_topic(std::string_view device, std::string_view rest) {
    if (!is_device_name(device)) return std::nullopt;
    std::string topic(kPrefix);
    topic.append(device).append("/").append(rest);
    return topic;
}

bool may_publish(std::string_view device, std::string_view topic) { return is_own(device, topic); }

bool may_receive(std::string_view device, std::string_view filter) { return is_own(device, filter); }

}  // namespace cellwise::domain::mqtt
