// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/fakes/manual_clock.hpp"

#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/pcp.hpp"
#include "cellwise/ports/device_events.hpp"
#include "cellwise/ports/downlink.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::scenarios {

/// What a device of the field is like. Everything else of it follows from what it hears.
struct DeviceNature {
    DeviceId id{};
    domain::RadioReport radio{};
    domain::Version version{};
    Duration heartbeat{60'000};                      ///< how often it reports data of its own
    bool sleeps = false;                             ///< listens only for 20 s after each uplink
    bool answers_notice = true;                      ///< false: asks for chunk 0 at once
    bool answers_execute = true;                     ///< false: reboots without a word
    std::optional<std::uint16_t> silent_at_chunk{};  ///< loses power there, and comes back after `silence`
    Duration silence{600'000};
    domain::pcp::ResultCode install_result = domain::pcp::ResultCode::Ok;
};

/// How the radio treats a message, either way.
struct Radio {
    double loss = 0;
    double duplication = 0;
    Duration least_delay{20};
    Duration most_delay{20};  ///< above the least: messages overtake each other
};

/// Simulated PCP devices on a simulated radio, driven by a hand-turned clock. They outlive the process that upgrades
/// them: what they are told while it is down is lost.
class Field {
 public:
    explicit Field(fakes::ManualClock& clock, std::uint32_t seed = 1) : clock_(clock), random_(seed) {}

    void add(DeviceNature nature);
    void set_radio(const Radio& radio) { radio_ = radio; }
    /// The device reports data of its own, now.
    void report(const DeviceId& device, std::string_view data);
    /// The process that hears the devices, or nobody.
    void attach(ports::DeviceEvents* process) { process_ = process; }

    /// What a process sends its messages by.
    std::unique_ptr<ports::Downlink> make_downlink();

    /// When the next thing happens by itself.
    std::optional<Timestamp> next() const;
    /// Turns the clock to the next thing and lets it happen.
    void step();
    /// The same for everything up to `end`, calling `after_each` after each.
    void run_until(Timestamp end, const std::function<void()>& after_each);

    struct Record {
        domain::Version version{};
        int installs = 0;
        Bytes received{};  ///< as assembled for the last installation
        int chunk_requests = 0;
        std::uint16_t first_chunk_after_silence = 0xFFFF;
        bool upgrading = false;               ///< by its own view: from a notice to its first report of the end
        int downlinks = 0;                    ///< PCP frames that reached it
        int downlinks_asleep = 0;             ///< messages that were sent while it did not listen
        std::vector<std::string> commands{};  ///< that reached it, as text
        int commands_while_upgrading = 0;     ///< of them: from a notice to its first report of the end
    };
    const Record& record(const DeviceId& device) const;
    /// The greatest number that upgraded at once, by the devices' own view.
    std::uint32_t most_at_once(const domain::CellKey& key) const;

 private:
    struct Device;
    class FieldDownlink;

    fakes::ManualClock& clock_;
    std::mt19937 random_;
    Radio radio_{};
    ports::DeviceEvents* process_ = nullptr;
    std::map<DeviceId, std::shared_ptr<Device>> devices_;
    std::multimap<Timestamp, std::function<void()>> agenda_;
    std::map<domain::CellKey, std::uint32_t> at_once_;
    std::map<domain::CellKey, std::uint32_t> most_at_once_;

    void at(Timestamp when, std::function<void()> what) { agenda_.emplace(when, std::move(what)); }
    bool happens(double probability);
    /// Calls `arrive` as often and as late as the radio delivers.
    void transmit(const std::function<void()>& arrive);
    void set_upgrading(Device& device, bool upgrading);
};

}  // namespace cellwise::scenarios
