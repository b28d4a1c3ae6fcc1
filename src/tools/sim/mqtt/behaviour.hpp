// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/fault.hpp"
#include "tools/sim/trait_set.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::sim::mqtt {

/// One way in which an MQTT device differs from the plain one; the table in behaviour.cpp says what each means.
enum class Trait : std::uint8_t {
    Subscribes,
    Hush,
    Reboots,
    LateVersion,
    NoVersion,
    SaysTwice,
    Progress,
    Unsolicited,
    Careful,
    Ranges,
    OneBased,
    BareLf,
    Pretty,
    Chatty,
    RadioText,
    NoRadio,
    OldStamp,
};
inline constexpr std::size_t kTraitCount = 17;

struct TraitInfo {
    Trait trait;
    std::string_view name;
    std::string_view what;
};

struct Traits {
    using Trait = mqtt::Trait;
    static constexpr std::size_t kCount = kTraitCount;
    static constexpr std::string_view kHelp = "cellwise-sim mqtt --help-dialects";
    static std::span<const TraitInfo> table();
    static std::vector<std::vector<Trait>> combinations();
};

using Dialect = TraitSet<Traits>;

enum class FaultKind : std::uint8_t {
    None,
    SameVersion,
    MuteQuery,
    MuteNotice,
    Refuse,
    SaysLatest,
    CutDownload,
    PowerCut,
    SilentDownload,
    FailDownload,
    WrongHash,
    FailInstall,
    OldVersion,
    NoResult,
    NoResultStays,
};

/// What goes wrong with an MQTT device; written "wrong-hash", or with its result code "fail-install-10".
struct Fault {
    FaultKind kind = FaultKind::None;
    int code = 0;  ///< the result_code that it reports, where it reports one

    /// Errors: InvalidInput "sim.fault.unknown" with the text as value.
    static Result<Fault> parse(std::string_view text);
    /// Every fault with every result code that fits it. SameVersion is left out: it needs a target.
    static std::vector<Fault> all();

    std::string name() const;
    End expected_end() const;
    /// The platform may try again after it, and the device could succeed then.
    bool is_reported() const;

    friend bool operator==(const Fault&, const Fault&) = default;
};

struct FaultInfo {
    FaultKind kind;
    std::string_view name;  ///< without the code
    std::vector<int> codes;
    End end;
    std::string_view what;
};
const std::vector<FaultInfo>& fault_table();

}  // namespace cellwise::sim::mqtt
