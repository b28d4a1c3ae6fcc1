// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/script.hpp"

#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The texts of the topics, as devices write and read them.
namespace cellwise::sim::mqtt {

std::string events_up_topic(std::string_view device);
std::string events_down_topic(std::string_view device);
std::string properties_topic(std::string_view device);

struct VersionQuery {};
/// `software_upgrade`, as it was said.
struct Notice {
    std::string version{};
    std::string url{};
    std::uint64_t file_size = 0;
    std::string file_name{};  ///< empty: not said
    std::string sign{};       ///< empty: not said
    std::string token{};
    std::vector<std::string> faults{};  ///< in words: what a device could not work with
};
using DownEvent = std::variant<VersionQuery, Notice>;

/// The events of the service $ota; nothing where the text is not JSON of that shape. Other services are passed over.
std::optional<std::vector<DownEvent>> read_down(std::string_view text);

/// How a property report names the radio; set per product model.
struct RadioNames {
    std::string service = "Connectivity";
    std::string rsrp = "rsrp";
    std::string sinr = "sinr";
    std::string cell = "cellId";
};

struct Progress {
    int result_code = 0;
    std::optional<int> progress{};
    std::optional<std::string> version{};
    std::optional<std::string> description{};
};

std::string version_report(const Script& script, std::string_view version, Timestamp time_of_day);
std::string progress_report(const Script& script, const Progress& progress, Timestamp time_of_day);
/// A report of data, with the radio where the device knows it and tells it.
std::string property_report(const Script& script, const RadioNames& names, std::int64_t reading);

}  // namespace cellwise::sim::mqtt
