// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/trait_set.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cellwise::sim {

/// One way in which a device differs from the plain one; the table in dialect.cpp says what each means.
enum class Trait : std::uint8_t {
    Skip20,
    Hasty,
    Double,
    Unsolicited23,
    Restarts,
    WaitsFor20,
    No23Reply,
    EmptyVersion,
    Careful,
    Non,
    NoObserve,
    Separate,
    SlowDigest,
    Rebinds,
    BusinessData,
    ExtraQuery,
    RadioInRegister,
    RadioSingles,
    RadioJson,
    RadioSenml,
    EndpointBare,
    EndpointFree,
};
inline constexpr std::size_t kTraitCount = 22;

struct TraitInfo {
    Trait trait;
    std::string_view name;
    std::string_view what;
};
std::span<const TraitInfo> trait_table();

struct LwM2mTraits {
    using Trait = sim::Trait;
    static constexpr std::size_t kCount = kTraitCount;
    static constexpr std::string_view kHelp = "cellwise-sim lwm2m --help-dialects";
    static std::span<const TraitInfo> table() { return trait_table(); }
    static std::vector<std::vector<Trait>> combinations();
};

using Dialect = TraitSet<LwM2mTraits>;

}  // namespace cellwise::sim
