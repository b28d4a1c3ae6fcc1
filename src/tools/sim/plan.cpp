// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/plan.hpp"

#include <algorithm>

namespace cellwise::sim {
namespace {

constexpr std::uint64_t kScriptPurpose = 0;
constexpr std::size_t kImeiDigits = 15;
constexpr std::string_view kUrn = "urn:imei:";

/// Fifteen digits for every device, also when the prefix is no beginning of an IMEI.
std::string imei_of(const std::string& node_id, std::uint32_t index) {
    std::string_view digits = node_id;
    if (digits.starts_with(kUrn)) digits.remove_prefix(kUrn.size());
    const bool is_imei = digits.size() == kImeiDigits &&
                         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_imei ? std::string(digits) : "8660000" + eight_digits(index);
}

End expected_end_of(const Script& script, const Plan& plan) {
    if (plan.register_only) return End::Registered;
    const bool is_asked_for_its_cell =
        script.fault.kind != FaultKind::MuteQuery && script.fault.kind != FaultKind::SameVersion;
    if (!script.radio.cell && is_asked_for_its_cell) return End::NoCell;
    return script.fault_attempts > 0 ? End::Succeeded : script.fault.expected_end();
}

/// A device that is silent or off for good cannot succeed later.
bool may_succeed_later(FaultKind kind) {
    return kind == FaultKind::RefuseNotice || kind == FaultKind::FailDownload || kind == FaultKind::RefuseExecute ||
           kind == FaultKind::FailInstall || kind == FaultKind::OldVersion;
}

void name_device(Script& script, const Plan& plan, std::uint32_t number) {
    script.node_id = plan.node_prefix + eight_digits(number);
    script.imei = imei_of(script.node_id, number);
    if (script.dialect.has(Trait::EndpointFree)) {
        script.node_id = "meter a/b&c=" + eight_digits(number);
    } else if (script.dialect.has(Trait::EndpointBare) && script.node_id.starts_with(kUrn)) {
        script.node_id.erase(0, kUrn.size());
    }
}

}  // namespace

std::size_t FleetPlan::device_count() const {
    std::size_t count = 0;
    for (const auto& cell : cells) count += cell.devices;
    return count;
}

std::vector<Seat> seats_of(const FleetPlan& plan) {
    std::vector<Seat> seats;
    seats.reserve(plan.device_count());
    for (const auto& cell : plan.cells) {
        for (std::uint32_t i = 0; i < cell.devices; ++i) {
            const auto number = plan.first_index + static_cast<std::uint32_t>(seats.size());
            seats.push_back({number, cell.id, cell.profile.value_or(plan.profile)});
        }
    }
    return seats;
}

std::vector<Script> make_scripts(const Plan& plan) {
    const auto faults = plan.register_only ? std::vector<Weighted<Fault>>{} : plan.faults;
    const auto starts = DealStarts::of(plan.seed, kScriptPurpose);

    std::vector<Script> scripts;
    scripts.reserve(plan.device_count());
    for (const auto& seat : seats_of(plan)) {
        auto random = SplitMix64::of(plan.seed, seat.number, kScriptPurpose);
        Script script{.index = seat.number};
        script.radio = draw_radio(seat.cell, seat.profile, plan.oddities, random);
        script.fault_at = random.unit();
        script.dialect = deal(plan.dialects, starts.dialect, kDialectStep, seat.number);
        script.fault = deal(faults, starts.fault, kFaultStep, seat.number);
        script.fault_attempts = may_succeed_later(script.fault.kind) ? plan.fault_attempts : 0;
        script.target_version = plan.target_version;
        script.from_version = script.fault.kind == FaultKind::SameVersion ? *plan.target_version
                              : script.dialect.has(Trait::EmptyVersion)   ? domain::Version{}
                                                                          : plan.from_version;
        script.expected_end = expected_end_of(script, plan);
        name_device(script, plan, seat.number);
        scripts.push_back(std::move(script));
    }
    return scripts;
}

Status check_versions(const std::string& from, const std::string& target, bool some_run_the_target) {
    if (target.empty() && some_run_the_target) {
        return invalid("sim.plan.no_target", "faults",
                       "a device can run the target already only if --target-version says it", "same-version");
    }
    if (!target.empty() && target == from) {
        return invalid("sim.plan.same_version", "from-version", "a fleet upgrades to another version than it has",
                       from);
    }
    return {};
}

Status check_plan(const Plan& plan) {
    if (plan.device_count() == 0) return invalid("sim.plan.empty", "devices", "a fleet has at least one device");
    const auto& odd = plan.oddities;
    const auto sum = odd.without_cell + odd.without_rsrp + odd.without_sinr + odd.constant_80 + odd.ten_times;
    if (sum > 1) {
        return invalid("sim.plan.oddities", "no-cell, no-rsrp, no-sinr, rsrp-80, ten-times",
                       "the shares of a whole add up to 1 at most", std::to_string(sum));
    }
    const auto runs_target =
        deals_any(plan.faults, [](const Fault& fault) { return fault.kind == FaultKind::SameVersion; });
    return check_versions(plan.from_version.text(), plan.target_version ? plan.target_version->text() : "",
                          runs_target);
}

}  // namespace cellwise::sim
