// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/bounded_map.hpp"
#include "adapters/lwm2m/data_format/node.hpp"
#include "adapters/lwm2m/later.hpp"
#include "adapters/lwm2m/request_gate.hpp"

#include "cellwise/domain/coverage.hpp"
#include "cellwise/ports/downlink.hpp"

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

namespace cellwise::lwm2m {

/// Asks a device for its cell, RSRP and SINR: object 4 as a whole, then singly what that lacked. What the device told
/// with its registration spares the questions if it is complete, and fills the gaps if it is not.
class RadioReader {
 public:
    using Answer = ports::Downlink::RadioAnswer;

    RadioReader(RequestGate& gate, app::RegistrationService& registrations, Later& later,
                const coap::TransmissionParameters& parameters);

    /// Delivered: something is known. Refused, with an empty report: the device answered, but could not say. Silence
    /// on a single resource is "unknown", on the whole object it is GaveUp.
    void read(const DeviceId& device, Answer answer);
    void cancel(const DeviceId& device);

    /// A register: what it said, perhaps nothing, takes the place of what the one before said.
    void on_registered(const DeviceId& device, const domain::RadioReport& given);
    void on_updated(const DeviceId& device, const domain::RadioReport& given);
    void forget(const DeviceId& device);

    std::size_t under_way() const { return reads_.size(); }

 private:
    struct Read {
        std::vector<Answer> answers{};
        std::deque<data_format::Path> questions{};  ///< the first one is being asked
        bool asks_for_tlv = true;
        RequestOutcome last = RequestOutcome::Asleep;
        domain::RadioReport report{};  ///< what object 4 said
        RequestGate::Handle request = 0;
    };

    void ask(const DeviceId& device, Read& read);
    void on_end(const DeviceId& device, RequestOutcome outcome, const coap::Message* response);
    void take(const DeviceId& device, Read& read, const coap::Message& response);
    void add_single_questions(Read& read);
    void finish(const DeviceId& device);
    domain::RadioReport completed(const DeviceId& device, const Read& read);
    void report(std::vector<Answer> answers, ports::DeliveryOutcome outcome, const domain::RadioReport& report);

    RequestGate& gate_;
    app::RegistrationService& registrations_;
    Later& later_;
    coap::TransmissionParameters parameters_;
    std::unordered_map<DeviceId, Read> reads_;
    BoundedMap<DeviceId, domain::RadioReport> given_;  ///< with the registration that now lives
};

}  // namespace cellwise::lwm2m
