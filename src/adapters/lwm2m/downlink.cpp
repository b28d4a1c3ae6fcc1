// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/downlink.hpp"

#include "adapters/lwm2m/resource_request.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cellwise::lwm2m {
namespace {

using ports::DeliveryOutcome;

/// Is it a PCP answer to a request for a chunk (docs/pcp.md: start id FFFE, version 1, code 21)?
bool is_chunk_reply(ByteView payload) {
    constexpr std::array<std::uint8_t, 4> kStart{0xFF, 0xFE, 0x01, 0x15};
    return payload.size() >= kStart.size() && std::equal(kStart.begin(), kStart.end(), payload.begin());
}

DeliveryOutcome outcome_of(RequestOutcome outcome, const coap::Message* response) {
    switch (outcome) {
        case RequestOutcome::Answered:
            return coap::is_success(response->code) ? DeliveryOutcome::Delivered : DeliveryOutcome::Refused;
        case RequestOutcome::Reset:
            return DeliveryOutcome::Refused;
        case RequestOutcome::Asleep:
            return DeliveryOutcome::Asleep;
        case RequestOutcome::GaveUp:
            break;
    }
    return DeliveryOutcome::GaveUp;
}

}  // namespace

LaneDownlink::LaneDownlink(RequestGate& gate, RadioReader& radio, Later& later,
                           const coap::TransmissionParameters& parameters)
    : gate_(gate), radio_(radio), later_(later), parameters_(parameters) {}

bool LaneDownlink::is_awake(const DeviceId& device) { return gate_.is_awake(device); }

void LaneDownlink::read_radio(const DeviceId& device, RadioAnswer answer) { radio_.read(device, std::move(answer)); }

void LaneDownlink::send(const DeviceId& device, Bytes payload, Outcome outcome) {
    const auto it = lanes_.find(device);
    if (it == lanes_.end()) {
        if (!gate_.is_awake(device)) return report(only(std::move(outcome)), DeliveryOutcome::Asleep);
        auto& lane = spare_lanes_.put(lanes_, device)->second;
        return start(device, lane, {std::move(payload), only(std::move(outcome))});
    }
    auto& lane = it->second;
    if (std::ranges::equal(gate_.payload_of(lane.request), payload)) {
        join(lane.outcomes, std::move(outcome));
        return gate_.hasten(lane.request);
    }
    const auto same = std::find_if(lane.queued.begin(), lane.queued.end(),
                                   [&](const Item& item) { return item.payload == payload; });
    if (same != lane.queued.end()) {
        join(same->outcomes, std::move(outcome));
        return gate_.hasten(lane.request);  // the device waits, for what stands before it too
    }
    if (is_chunk_reply(payload) && replace_chunk(device, lane, payload, outcome)) return;
    if (lane.queued.size() == kMaxQueued) return report(only(std::move(outcome)), DeliveryOutcome::Cancelled);
    lane.queued.push_back({std::move(payload), only(std::move(outcome))});
}

/// A device that asks for another chunk has no use for the one on its way: only the newest answer counts.
bool LaneDownlink::replace_chunk(const DeviceId& device, Lane& lane, Bytes& payload, Outcome& outcome) {
    const auto old = std::find_if(lane.queued.begin(), lane.queued.end(),
                                  [](const Item& item) { return is_chunk_reply(item.payload); });
    if (old != lane.queued.end()) {
        report(std::exchange(*old, {std::move(payload), only(std::move(outcome))}).outcomes,
               DeliveryOutcome::Cancelled);
        return true;
    }
    if (!is_chunk_reply(gate_.payload_of(lane.request))) return false;
    gate_.cancel(lane.request);
    report(std::move(lane.outcomes), DeliveryOutcome::Cancelled);
    start(device, lane, {std::move(payload), only(std::move(outcome))});
    return true;
}

void LaneDownlink::cancel(const DeviceId& device) {
    radio_.cancel(device);
    const auto it = lanes_.find(device);
    if (it == lanes_.end()) return;
    auto lane = std::move(it->second);
    lanes_.erase(it);
    gate_.cancel(lane.request);
    report(std::move(lane.outcomes), DeliveryOutcome::Cancelled);
    for (auto& item : lane.queued) report(std::move(item.outcomes), DeliveryOutcome::Cancelled);
}

void LaneDownlink::start(const DeviceId& device, Lane& lane, Item item) {
    auto message = resource_request(coap::code::kPut, downlink_path());
    message.add_uint(coap::option::kContentFormat, coap::format::kOctetStream);
    message.payload = std::move(item.payload);
    lane.outcomes = std::move(item.outcomes);
    lane.request = gate_.request(device, std::move(message), parameters_, OnSilence::CountAsDeaf,
                                 [this](const DeviceId& to, RequestOutcome outcome, const coap::Message* response) {
                                     on_end(to, outcome, response);
                                 });
}

void LaneDownlink::on_end(const DeviceId& device, RequestOutcome outcome, const coap::Message* response) {
    const auto it = lanes_.find(device);
    if (it == lanes_.end()) return;
    auto& lane = it->second;
    report(std::exchange(lane.outcomes, {}), outcome_of(outcome, response));
    const bool is_reachable = outcome == RequestOutcome::Answered || outcome == RequestOutcome::Reset;
    if (is_reachable && !lane.queued.empty()) {
        Item next = std::move(lane.queued.front());
        lane.queued.erase(lane.queued.begin());
        return start(device, lane, std::move(next));
    }
    const auto unsent = std::move(lane.queued);
    spare_lanes_.keep(lanes_.extract(it));
    for (const auto& item : unsent) report(item.outcomes, DeliveryOutcome::Asleep);
}

LaneDownlink::Outcomes LaneDownlink::only(Outcome outcome) {
    Outcomes outcomes;
    if (outcome) outcomes.push_back(std::move(outcome));
    return outcomes;
}

void LaneDownlink::join(Outcomes& outcomes, Outcome outcome) {
    if (!outcome) return;
    if (outcomes.size() == kMaxOutcomes) return report(only(std::move(outcome)), DeliveryOutcome::Cancelled);
    outcomes.push_back(std::move(outcome));
}

void LaneDownlink::report(Outcomes outcomes, ports::DeliveryOutcome outcome) {
    if (outcomes.empty()) return;
    later_([outcomes = std::move(outcomes), outcome] {
        for (const auto& tell : outcomes) tell(outcome);
    });
}

}  // namespace cellwise::lwm2m
