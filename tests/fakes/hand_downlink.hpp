// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/downlink.hpp"

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cellwise::fakes {

/// Devices sleep until the test says otherwise, and the test says what became of what was sent.
class HandDownlink final : public ports::Downlink {
 public:
    struct Sent {
        DeviceId device;
        Bytes payload;
        Outcome outcome;
    };

    std::set<DeviceId> awake{};
    std::vector<Sent> sent{};  ///< and not ended yet

    void send(const DeviceId& device, Bytes payload, Outcome outcome) override {
        sent.push_back({device, std::move(payload), std::move(outcome)});
    }
    void read_radio(const DeviceId&, RadioAnswer) override {}
    bool is_awake(const DeviceId& device) override { return awake.contains(device); }
    void cancel(const DeviceId&) override {}

    /// Ends the oldest.
    void end(ports::DeliveryOutcome outcome) {
        const auto first = std::move(sent.front());
        sent.erase(sent.begin());
        if (first.outcome) first.outcome(outcome);
    }
};

}  // namespace cellwise::fakes
