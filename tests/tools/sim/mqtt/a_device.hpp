// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/device_machine.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::sim::mqtt::test {

inline Script a_script(Dialect dialect = {}, Fault fault = {}) {
    return {.index = 3,
            .node_id = "meter_3",
            .device = "meter_3",
            .secret = "12345678",
            .radio = {.cell = 4242, .rsrp_dbm = -95, .sinr_db = 12},
            .dialect = dialect,
            .fault = fault,
            .from_version = "V1.0",
            .expected_end = fault.expected_end()};
}

/// The file of these tests.
inline std::string a_file() { return "ten bytes."; }
inline std::string a_sign() { return crypto::sha256_hex(as_bytes(a_file())); }

inline std::string down(const std::string& type, const nlohmann::json& paras) {
    return nlohmann::json{{"services", {{{"service_id", "$ota"}, {"event_type", type}, {"paras", paras}}}}}.dump();
}
inline nlohmann::json notice_paras(const std::string& version = "V2.0") {
    return {{"version", version},       {"url", "https://127.0.0.1:8943/file"}, {"file_size", a_file().size()},
            {"file_name", "meter.bin"}, {"access_token", std::string(64, 'a')}, {"expires", 86'400},
            {"sign", a_sign()}};
}

/// The world of one device: the broker, the platform and the download server are the test, the clock is turned by
/// hand. A connection is accepted at once unless `is_broker_there` says otherwise.
class World {
 public:
    explicit World(const Script& script) : device_(script, timing_, setup_) {
        device_.start(now_);
        collect();
    }

    DeviceMachine& device() { return device_; }
    const Record& record() const { return device_.record(); }

    void advance(Duration by) {
        const auto until = now_ + by;
        for (auto due = device_.deadline(); due && *due <= until; due = device_.deadline()) {
            now_ = std::max(now_, *due) + Duration{1};
            device_.on_timer(now_);
            collect();
        }
        now_ = std::max(now_, until);
    }
    void hear(const std::string& payload) {
        device_.on_message(events_down_topic("meter_3"), payload, now_);
        collect();
    }
    void ask() { hear(down("version_query", nullptr)); }
    void notify() { hear(down("software_upgrade", notice_paras())); }
    void lose_connection() {
        is_connected_ = false;
        device_.on_closed(now_);
        collect();
    }
    /// The download that the device wants brings this.
    void serve(const std::string& content = a_file()) {
        ASSERT_TRUE(fetch);
        const auto wanted = *std::exchange(fetch, std::nullopt);
        wanted.received->hash.update(as_bytes(content));
        wanted.received->bytes += content.size();
        end_fetch({.end = FetchOutcome::End::Whole, .status = 200, .requests = 1});
    }
    void end_fetch(const FetchOutcome& outcome) {
        fetch.reset();
        device_.on_fetched(outcome, now_);
        collect();
    }
    void confirm() {
        device_.on_result_confirmed();
        collect();
    }

    /// The paras of the events of that type that were said since the last call; of the service $ota.
    std::vector<nlohmann::json> take(const std::string& type) {
        std::vector<nlohmann::json> found;
        for (const auto& message : std::exchange(said, {})) {
            const auto envelope = nlohmann::json::parse(message.payload);
            for (const auto& service : envelope.at("services")) {
                if (service.value("event_type", "") == type) found.push_back(service.at("paras"));
            }
        }
        return found;
    }

    bool is_broker_there = true;
    std::vector<Connect> connections{};
    std::vector<Publish> said{};
    std::vector<bool> hushes{};
    std::optional<Fetch> fetch{};
    int drops = 0;

 private:
    void collect() {
        for (bool again = true; again;) {
            again = false;
            for (auto& action : device_.take_actions()) {
                if (const auto* connect = std::get_if<Connect>(&action)) {
                    connections.push_back(*connect);
                    again = is_connected_ = is_broker_there;
                    if (is_broker_there) {
                        device_.on_connected(now_);
                    } else {
                        device_.on_closed(now_);
                    }
                } else if (auto* message = std::get_if<Publish>(&action)) {
                    said.push_back(std::move(*message));
                } else if (const auto* hush = std::get_if<Hush>(&action)) {
                    hushes.push_back(hush->is_on);
                } else if (auto* wanted = std::get_if<Fetch>(&action)) {
                    fetch = std::move(*wanted);
                } else if (std::holds_alternative<Abandon>(action)) {
                    fetch.reset();
                } else {
                    ++drops;
                }
            }
        }
    }

    Timing timing_{};
    DeviceMachine::Setup setup_{.time_of_day = std::chrono::hours(24 * 365 * 55)};
    DeviceMachine device_;
    Timestamp now_{Duration{1'000}};
    bool is_connected_ = false;
};

}  // namespace cellwise::sim::mqtt::test
