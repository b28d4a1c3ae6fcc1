// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/mqtt.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cellwise::fakes {

/// A broker in the test's hand: keeps what is said, and confirms when it is told to.
class HandMqtt final : public ports::MqttDownlink {
 public:
    struct Said {
        std::string device;
        std::string what;  ///< "version_query" or "software_upgrade"
        domain::mqtt::UpgradeNotice notice{};
        Outcome outcome{};
    };
    bool linked = true;
    std::vector<Said> said{};

    void query_version(std::string_view device, Outcome outcome) override {
        said.push_back({std::string(device), "version_query", {}, std::move(outcome)});
    }
    void send_upgrade(std::string_view device, const domain::mqtt::UpgradeNotice& notice, Outcome outcome) override {
        said.push_back({std::string(device), "software_upgrade", notice, std::move(outcome)});
    }
    void end_session(std::string_view device) override { ended.emplace_back(device); }
    bool is_linked() const override { return linked; }
    std::vector<std::string> ended{};  ///< sessions that the broker is to end

    /// "device: what", in order; and confirms it all.
    std::vector<std::string> take() {
        std::vector<std::string> words;
        for (auto& each : std::exchange(said, {})) {
            words.push_back(each.device + ": " + each.what);
            if (each.what == "software_upgrade") notices.push_back(each.notice);
            each.outcome(ports::DeliveryOutcome::Delivered);
        }
        return words;
    }
    std::vector<domain::mqtt::UpgradeNotice> notices{};  ///< that were taken
};

}  // namespace cellwise::fakes
