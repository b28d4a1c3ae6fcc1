// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/command_inbox.hpp"
#include "tools/sim/concurrency_meter.hpp"
#include "tools/sim/mqtt/device_result.hpp"
#include "tools/sim/script.hpp"
#include "tools/sim/upgrade_agent.hpp"

#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::sim {

/// Why a run ended.
enum class StopReason { AllDone, Timeout, Signal };
std::string_view to_string(StopReason reason);  ///< "all-done", "timeout", "signal"

struct DeviceResult {
    Script script;
    CoverageClass coverage = CoverageClass::NoCell;
    End end = End::None;
    UpgradeRecord record{};
    CommandRecord commands{};
    std::uint64_t registrations = 0;
    std::uint64_t reboots = 0;
    Duration ended_after{0};                ///< since the start of the run; 0 if it did not end
    std::vector<std::string> deviations{};  ///< in words; empty: as scripted
};

struct ClassResult {
    ClassKey key;
    ConcurrencyMeter::Count count{};
    std::uint32_t limit = 0;
    bool is_exceeded() const { return count.most > limit; }
};

struct TrafficTotals {
    std::uint64_t sent = 0;      ///< by devices, before the simulated network
    std::uint64_t received = 0;  ///< from the platform, before the simulated network
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t held_back = 0;
    std::uint64_t unsendable = 0;  ///< the system did not take them
    std::uint64_t retransmissions = 0;
    std::uint64_t repeats = 0;     ///< of PCP requests
    std::uint64_t while_deaf = 0;  ///< reached a device that slept or was off
    std::uint64_t chunks = 0;
    Duration chunk_time{0};  ///< from the first to the last
    double chunks_per_second() const;
};

/// What the report tells of any device, whatever it speaks.
struct DeviceSummary {
    std::string node_id;
    std::string protocol;  ///< "lwm2m" or "mqtt"
    std::optional<std::int64_t> cell;
    CoverageClass coverage;
    std::string dialect;
    std::string fault;
    End end;
    std::vector<std::string> deviations;
};

struct FleetReport {
    std::uint64_t seed = 0;
    Duration duration{0};
    StopReason stop = StopReason::AllDone;
    std::vector<ClassResult> classes{};  ///< by cell, then class
    std::vector<DeviceResult> devices{};
    std::vector<mqtt::DeviceResult> mqtt_devices{};
    TrafficTotals traffic{};
    mqtt::TrafficTotals mqtt_traffic{};
    std::vector<std::string> digests{};  ///< the different SHA-256 of what was downloaded whole

    std::vector<DeviceSummary> summaries() const;  ///< LwM2M first
    std::size_t device_count() const { return devices.size() + mqtt_devices.size(); }
    std::size_t deviating() const;
    std::size_t exceeded() const;
    /// 0: every device ended as its script says and no limit was exceeded; 1 otherwise.
    int exit_code() const { return deviating() + exceeded() == 0 ? 0 : 1; }
};

/// What of a device is not as its script says. `expect_sha256`: empty is anything.
std::vector<std::string> find_deviations(const Script& script, End end, const UpgradeRecord& record,
                                         const std::string& expect_sha256);

}  // namespace cellwise::sim
