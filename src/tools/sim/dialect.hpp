// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
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

/// The way a device speaks: a set of traits, written "skip-20+non"; the empty set is "standard".
class Dialect {
 public:
    Dialect() = default;
    Dialect(std::initializer_list<Trait> traits);

    /// Errors: InvalidInput "sim.dialect.unknown" with the foreign word as value.
    static Result<Dialect> parse(std::string_view text);
    /// Every trait alone, then the combinations worth meeting.
    static std::vector<Dialect> all();

    bool has(Trait trait) const { return traits_[static_cast<std::size_t>(trait)]; }
    std::string name() const;

    friend bool operator==(const Dialect&, const Dialect&) = default;

 private:
    std::bitset<kTraitCount> traits_;
};

}  // namespace cellwise::sim
