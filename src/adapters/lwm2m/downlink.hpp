// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/later.hpp"
#include "adapters/lwm2m/radio_reader.hpp"
#include "adapters/lwm2m/request_gate.hpp"

#include "cellwise/ports/downlink.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace cellwise::lwm2m {

/// PUT /19/1/0, one after the other per device. A device has a lane here only while something is on its way to it.
class LaneDownlink final : public ports::Downlink {
 public:
    LaneDownlink(RequestGate& gate, RadioReader& radio, Later& later, const coap::TransmissionParameters& parameters);

    void send(const DeviceId& device, Bytes payload, Outcome outcome) override;
    void read_radio(const DeviceId& device, RadioAnswer answer) override;
    bool is_awake(const DeviceId& device) override;
    void cancel(const DeviceId& device) override;

    std::size_t lanes() const { return lanes_.size(); }

    static constexpr std::size_t kMaxQueued = 8;     ///< behind the one under way; the ninth ends as Cancelled
    static constexpr std::size_t kMaxOutcomes = 32;  ///< repeats of one message; more end as Cancelled

 private:
    using Outcomes = std::vector<Outcome>;  ///< of those who want to know
    struct Item {
        Bytes payload{};
        Outcomes outcomes{};
    };
    struct Lane {
        RequestGate::Handle request = 0;  ///< under way, with its payload
        Outcomes outcomes{};              ///< of it
        std::vector<Item> queued{};       ///< few: a deque would cost more than what it saves
    };

    void start(const DeviceId& device, Lane& lane, Item item);
    void on_end(const DeviceId& device, RequestOutcome outcome, const coap::Message* response);
    static Outcomes only(Outcome outcome);
    void join(Outcomes& outcomes, Outcome outcome);
    bool replace_chunk(const DeviceId& device, Lane& lane, Bytes& payload, Outcome& outcome);
    void report(Outcomes outcomes, ports::DeliveryOutcome outcome);

    RequestGate& gate_;
    RadioReader& radio_;
    Later& later_;
    coap::TransmissionParameters parameters_;
    std::unordered_map<DeviceId, Lane> lanes_;
    coap::SpareNodes<std::unordered_map<DeviceId, Lane>> spare_lanes_;
};

}  // namespace cellwise::lwm2m
