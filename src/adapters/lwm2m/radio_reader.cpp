// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/radio_reader.hpp"

#include "adapters/lwm2m/data_format/decode.hpp"
#include "adapters/lwm2m/radio_values.hpp"
#include "adapters/lwm2m/resource_request.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cellwise::lwm2m {
namespace {

using data_format::Path;
using domain::RadioReport;
using ports::DeliveryOutcome;

constexpr std::size_t kMaxReads = 20'000;
constexpr std::size_t kMaxGiven = 50'000;

// Object 4, connectivity monitoring.
constexpr std::uint16_t kObject = 4, kInstance = 0;
constexpr std::uint16_t kSignalStrength = 2, kCellId = 8, kSignalSnr = 11;
constexpr std::size_t kResourceDepth = 3;

bool is_resource(const Path& path) { return path.depth() == kResourceDepth; }

bool is_silence(RequestOutcome outcome) {
    return outcome == RequestOutcome::GaveUp || outcome == RequestOutcome::Asleep;
}

bool is_complete(const RadioReport& report) { return report.cell && report.rsrp_dbm && report.sinr_db; }

void fill_gaps(RadioReport& report, const RadioReport& from) {
    if (!report.cell) report.cell = from.cell;
    if (!report.rsrp_dbm) report.rsrp_dbm = from.rsrp_dbm;
    if (!report.sinr_db) report.sinr_db = from.sinr_db;
}

/// Resource 2 of LTE cells may come with resource instances: the first one is taken.
void take_node(const data_format::Node& node, RadioReport& report) {
    const auto& path = node.path;
    if (path.depth() < kResourceDepth || path[0] != kObject) return;
    switch (path[2]) {
        case kSignalStrength:
            if (!report.rsrp_dbm) report.rsrp_dbm = decibels_of(node.value);
            break;
        case kCellId:
            if (!report.cell) report.cell = cell_of(node.value);
            break;
        case kSignalSnr:
            if (!report.sinr_db) report.sinr_db = decibels_of(node.value);
            break;
        default:
            break;
    }
}

coap::Message read_request(const Path& path, bool asks_for_tlv) {
    auto message = resource_request(coap::code::kGet, path);
    if (asks_for_tlv) message.add_uint(coap::option::kAccept, coap::format::kTlv);
    return message;
}

/// Newer clients may have no TLV at all, older ones no Accept.
bool refuses_format(coap::Code code) {
    constexpr auto kNotAcceptable = coap::make_code(4, 6);
    return code == kNotAcceptable || code == coap::code::kBadOption || code == coap::code::kUnsupportedFormat;
}

}  // namespace

RadioReader::RadioReader(RequestGate& gate, app::RegistrationService& registrations, Later& later,
                         const coap::TransmissionParameters& parameters)
    : gate_(gate), registrations_(registrations), later_(later), parameters_(parameters), given_(kMaxGiven) {}

void RadioReader::read(const DeviceId& device, Answer answer) {
    if (const auto it = reads_.find(device); it != reads_.end()) {
        it->second.answers.push_back(std::move(answer));
        return;
    }
    if (const auto* given = given_.find(device); given != nullptr && is_complete(*given)) {
        return report({std::move(answer)}, DeliveryOutcome::Delivered, *given);
    }
    if (reads_.size() == kMaxReads) return report({std::move(answer)}, DeliveryOutcome::GaveUp, {});
    auto& read = reads_[device];
    read.answers.push_back(std::move(answer));
    read.questions.push_back({kObject, kInstance});
    ask(device, read);
}

void RadioReader::cancel(const DeviceId& device) {
    const auto it = reads_.find(device);
    if (it == reads_.end()) return;
    gate_.cancel(it->second.request);
    auto answers = std::move(it->second.answers);
    reads_.erase(it);
    report(std::move(answers), DeliveryOutcome::Cancelled, {});
}

void RadioReader::on_registered(const DeviceId& device, const RadioReport& given) {
    given_.erase(device);
    on_updated(device, given);
}

void RadioReader::on_updated(const DeviceId& device, const RadioReport& given) {
    if (given == RadioReport{}) return;
    auto merged = given;
    if (const auto* before = given_.find(device); before != nullptr) fill_gaps(merged, *before);
    given_.put(device, merged);
}

void RadioReader::forget(const DeviceId& device) { given_.erase(device); }

void RadioReader::ask(const DeviceId& device, Read& read) {
    const bool is_single = is_resource(read.questions.front());
    auto parameters = parameters_;
    // Some devices let a question for a resource they have not pass in silence: that is no proof that they sleep, and
    // the read has to end within the stage's time.
    if (is_single) parameters.max_retransmit = std::min(parameters.max_retransmit, 1U);
    read.request = gate_.request(device, read_request(read.questions.front(), read.asks_for_tlv), parameters,
                                 is_single ? OnSilence::Ignore : OnSilence::CountAsDeaf,
                                 [this](const DeviceId& to, RequestOutcome outcome, const coap::Message* response) {
                                     on_end(to, outcome, response);
                                 });
}

void RadioReader::on_end(const DeviceId& device, RequestOutcome outcome, const coap::Message* response) {
    const auto it = reads_.find(device);
    if (it == reads_.end()) return;
    auto& read = it->second;
    read.last = outcome;
    const bool is_single = is_resource(read.questions.front());
    if (is_silence(outcome) && !is_single) return finish(device);
    if (outcome == RequestOutcome::Answered) {
        if (read.asks_for_tlv && refuses_format(response->code)) {
            read.asks_for_tlv = false;  // the same question, in whatever format the device likes
            return ask(device, read);
        }
        if (coap::is_success(response->code)) take(device, read, *response);
    }
    read.questions.pop_front();
    if (!is_single) add_single_questions(read);
    if (read.questions.empty()) return finish(device);
    ask(device, read);
}

void RadioReader::take(const DeviceId& device, Read& read, const coap::Message& response) {
    const auto nodes = data_format::decode(response.number_of(coap::option::kContentFormat), read.questions.front(),
                                           response.payload);
    if (!nodes) {
        log::info("radio report not understood", {{"device", device},
                                                  {"path", read.questions.front().text()},
                                                  {"code", nodes.error().code},
                                                  {"rule", nodes.error().message},
                                                  {"value", nodes.error().value}});
        return;
    }
    for (const auto& node : *nodes) take_node(node, read.report);
}

void RadioReader::add_single_questions(Read& read) {
    if (!read.report.rsrp_dbm) read.questions.push_back({kObject, kInstance, kSignalStrength});
    if (!read.report.sinr_db) read.questions.push_back({kObject, kInstance, kSignalSnr});
    if (!read.report.cell) read.questions.push_back({kObject, kInstance, kCellId});
}

RadioReport RadioReader::completed(const DeviceId& device, const Read& read) {
    auto report = read.report;
    if (const auto* given = given_.find(device); given != nullptr) {
        fill_gaps(report, *given);
    } else if (report == RadioReport{} && !is_silence(read.last)) {
        // A device without object 4: what is stored can only be what its registration said before we were restarted.
        if (const auto* registration = registrations_.find(device)) report = registration->radio;
    }
    return report;
}

void RadioReader::finish(const DeviceId& device) {
    const auto it = reads_.find(device);
    const auto read = std::move(it->second);
    reads_.erase(it);
    const auto known = completed(device, read);
    const bool was_asked = read.last != RequestOutcome::Asleep || read.report != RadioReport{};
    // The cell is what the upgrade hangs on; a level that was lost on the way only ranks the device.
    if ((known.cell && was_asked) || (!is_silence(read.last) && known != RadioReport{})) {
        registrations_.save_radio(device, known);
        return report(read.answers, DeliveryOutcome::Delivered, known);
    }
    if (read.last == RequestOutcome::Asleep) return report(read.answers, DeliveryOutcome::Asleep, {});
    if (read.last == RequestOutcome::GaveUp) return report(read.answers, DeliveryOutcome::GaveUp, {});
    report(read.answers, DeliveryOutcome::Refused, {});
}

void RadioReader::report(std::vector<Answer> answers, DeliveryOutcome outcome, const RadioReport& known) {
    later_([answers = std::move(answers), outcome, known] {
        for (const auto& tell : answers) {
            if (tell) tell(outcome, known);
        }
    });
}

}  // namespace cellwise::lwm2m
