// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/plan.hpp"

#include "cellwise/domain/mqtt.hpp"

namespace cellwise::sim::mqtt {
namespace {

constexpr std::uint64_t kScriptPurpose = 10;
constexpr std::uint64_t kSecretPurpose = 12;

std::string draw_secret(std::uint64_t seed, std::uint32_t number) {
    auto random = SplitMix64::of(seed, number, kSecretPurpose);
    std::string secret;
    for (int digits = 0; digits < 32; digits += 16) {
        const auto bits = random.next();
        Bytes bytes;
        for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
        secret += to_hex(bytes);
    }
    return secret;
}

End expected_end_of(const Script& script, const Plan& plan) {
    if (plan.connect_only) return End::Registered;
    if (script.fault_attempts > 0) return End::Succeeded;
    const auto end = script.fault.expected_end();
    return end == End::Succeeded && script.dialect.has(Trait::NoVersion) ? End::VerifiedByQuery : end;
}

}  // namespace

std::vector<Script> make_scripts(const Plan& plan) {
    const auto faults = plan.connect_only ? std::vector<Weighted<Fault>>{} : plan.faults;
    const auto starts = DealStarts::of(plan.seed, kScriptPurpose);

    std::vector<Script> scripts;
    scripts.reserve(plan.device_count());
    for (const auto& seat : seats_of(plan)) {
        auto random = SplitMix64::of(plan.seed, seat.number, kScriptPurpose);
        Script script{.index = seat.number, .node_id = plan.node_prefix + eight_digits(seat.number)};
        const auto known_as = plan.names.find(script.node_id);
        script.device = known_as == plan.names.end() ? script.node_id : known_as->second;
        script.secret = draw_secret(plan.seed, seat.number);
        script.radio = draw_radio(seat.cell, seat.profile, plan.oddities, random);
        script.fault_at = random.unit();
        script.dialect = deal(plan.dialects, starts.dialect, kDialectStep, seat.number);
        if (plan.all_subscribe) script.dialect.add(Trait::Subscribes);
        script.stamp_is_checked = random.chance(0.5) && !script.dialect.has(Trait::OldStamp);
        script.fault = deal(faults, starts.fault, kFaultStep, seat.number);
        script.fault_attempts = script.fault.is_reported() ? plan.fault_attempts : 0;
        script.target_version = plan.target_version;
        script.from_version = script.fault.kind == FaultKind::SameVersion ? plan.target_version : plan.from_version;
        script.expected_end = expected_end_of(script, plan);
        scripts.push_back(std::move(script));
    }
    return scripts;
}

Status check_plan(const Plan& plan) {
    if (plan.device_count() == 0) return invalid("sim.plan.empty", "devices", "a fleet has at least one device");
    const auto runs_target =
        deals_any(plan.faults, [](const Fault& fault) { return fault.kind == FaultKind::SameVersion; });
    if (auto checked = check_versions(plan.from_version, plan.target_version, runs_target); !checked) return checked;
    if (!domain::mqtt::is_device_name(plan.node_prefix + eight_digits(plan.first_index))) {
        return invalid("sim.plan.node_prefix", "node-prefix",
                       "a device's name, its prefix and 8 digits, is of up to 128 letters, digits, '_' and '-'",
                       plan.node_prefix);
    }
    for (const auto& [node, name] : plan.names) {
        if (!domain::mqtt::is_device_name(name))
            return invalid("sim.plan.name", "names", "a device's name is of letters, digits, '_' and '-'", name);
    }
    return {};
}

}  // namespace cellwise::sim::mqtt
