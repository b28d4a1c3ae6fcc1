// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/mqtt_name.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/domain/version.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What an upgrade by MQTT consists of: events of the service `$ota` in the topics `$oc/devices/{id}/sys/events/…`,
/// and what devices report of their radio. docs/mqtt.md has the texts.
namespace cellwise::domain::mqtt {

/// `version_report`, up: asked for or not. A software upgrade compares `software`; the rest is kept for people.
struct VersionReport {
    std::optional<std::string> software{};
    std::optional<std::string> firmware{};
    friend bool operator==(const VersionReport&, const VersionReport&) = default;
};

/// `upgrade_progress_report`, up. Many devices send one at the end, some none at all.
struct ProgressReport {
    int result_code = 0;
    std::optional<int> progress{};  ///< percent
    std::optional<std::string> version{};
    std::string description{};
    friend bool operator==(const ProgressReport&, const ProgressReport&) = default;
};

/// `software_upgrade`, down.
struct UpgradeNotice {
    std::string version{};
    std::string url{};
    std::uint64_t file_size = 0;             ///< bytes of the payload
    std::optional<std::string> file_name{};  ///< left out where the product's devices do not bear it, as is the next
    std::optional<std::string> sign{};       ///< lower-case hex SHA-256 of the payload
    std::string access_token{};              ///< 64 hex digits: a secret, in no log
    Duration expires{};
    friend bool operator==(const UpgradeNotice&, const UpgradeNotice&) = default;
};

/// One element of a `…/sys/properties/report`: a service and what it says, scalars as text.
struct ServiceProperties {
    std::string service{};
    std::vector<std::pair<std::string, std::string>> values{};
    friend bool operator==(const ServiceProperties&, const ServiceProperties&) = default;
};

/// What a report says of the radio, by the names of the product's devices; nothing where it says nothing of it, and
/// without what makes no sense.
std::optional<RadioReport> radio_of(std::span<const ServiceProperties> report, const MqttProfile& profile);
/// What was said last is laid over what was said before.
void lay_over(RadioReport& known, const RadioReport& fresh);

/// A version as the job table compares it. One that is longer than any of ours is like none of them.
Version version_of(std::string_view text);

}  // namespace cellwise::domain::mqtt
