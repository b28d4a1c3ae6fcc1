// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/job_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::domain {

using namespace std::chrono_literals;
using pcp::ResultCode;

inline Version version(std::string_view text) { return *Version::parse(text); }
inline const RadioReport kGoodRadio{.cell = CellId{"4242"}, .rsrp_dbm = -97, .sinr_db = 9};
inline const CellKey kGoodCell{CellId{"4242"}, CoverageClass::Level0};

/// A result code of a device, and the detail that its job ends with.
struct NamedResult {
    ResultCode code;
    std::string_view detail;
};
inline void PrintTo(const NamedResult& r, std::ostream* out) { *out << static_cast<int>(r.code); }

/// What an effect is, for people: "AskVersion", "AnswerChunk 3", "Publish downloading".
inline std::string words(const Effect& effect) {
    struct Words {
        std::string operator()(const AskVersion&) { return "AskVersion"; }
        std::string operator()(const ReadRadio&) { return "ReadRadio"; }
        std::string operator()(const RequestSlot& e) {
            return std::string("RequestSlot ") + (e.place == CellLimiter::Place::Head ? "head" : "tail");
        }
        std::string operator()(const ReleaseSlot&) { return "ReleaseSlot"; }
        std::string operator()(const SendNotice&) { return "SendNotice"; }
        std::string operator()(const AnswerChunk& e) { return "AnswerChunk " + std::to_string(e.index); }
        std::string operator()(const RefuseChunk& e) {
            return "RefuseChunk " + std::to_string(static_cast<int>(e.result)) + " " + std::to_string(e.index);
        }
        std::string operator()(const AnswerDownload& e) {
            return "AnswerDownload " + std::to_string(static_cast<int>(e.result));
        }
        std::string operator()(const SendExecute&) { return "SendExecute"; }
        std::string operator()(const AnswerUpgrade& e) {
            return "AnswerUpgrade " + std::to_string(static_cast<int>(e.result));
        }
        std::string operator()(const PublishPhase& e) { return "Publish " + std::string(to_string(e.phase)); }
        std::string operator()(const PublishResult&) { return "PublishResult"; }
    };
    return std::visit(Words{}, effect);
}

/// A job and its hand-turned clock. tell() steps it and returns the effects in words.
class Conversation {
 public:
    UpgradePlan plan{.target_version = version("V2.0"), .chunk_count = 10};
    Timestamp now = from_unix_ms(1'700'000'000'000);
    Job job{};
    bool committed = false;
    bool handled = false;

    std::vector<std::string> tell(const Event& event) {
        auto result = step(job, event, now, plan);
        committed = result.must_commit;
        handled = result.handled;
        job = std::move(result.job);
        std::vector<std::string> effects;
        std::transform(result.effects.begin(), result.effects.end(), std::back_inserter(effects), words);
        return effects;
    }
    Conversation& after(Duration time) {
        now += time;
        return *this;
    }

    // The way to a state, as a healthy device goes it.
    Conversation& waiting_online() { return tell(Started{StartVerdict::Clear}), *this; }
    Conversation& querying() { return waiting_online().tell(DeviceHeard{}), *this; }
    Conversation& reading_radio() {
        return querying().tell(pcp::VersionReply{ResultCode::Ok, version("V1.0")}), *this;
    }
    Conversation& queued() { return reading_radio().tell(RadioRead{kGoodRadio}), *this; }
    Conversation& notifying() { return queued().tell(SlotGranted{}), *this; }
    Conversation& downloading() { return notifying().tell(wants_chunk(0)), *this; }
    Conversation& suspended() { return downloading().after(5min).tell(IdlePassed{}), *this; }
    Conversation& executing() { return downloading().tell(pcp::DownloadReport{ResultCode::Ok}), *this; }
    Conversation& updating() { return executing().tell(pcp::ExecuteReply{ResultCode::Ok}), *this; }
    Conversation& verifying() { return updating().after(30min).tell(DeadlinePassed{}), *this; }

    pcp::ChunkRequest wants_chunk(std::uint16_t index) const { return {plan.target_version, index}; }
};

}  // namespace cellwise::domain
