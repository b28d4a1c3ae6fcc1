// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/pcp.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::sim {

namespace pcp = domain::pcp;

/// How the upgrade of a device ended, as the device saw it.
enum class End : std::uint8_t {
    None,                ///< not yet
    Registered,          ///< --register-only: that was all
    Succeeded,           ///< runs the target, 24 answered with 00
    AlreadyCurrent,      ///< asked 19, ran the target, was left alone
    VerifiedByQuery,     ///< installed, never said 24, told the target when asked 19
    RefusedNotice,       ///< answered 20 with an error
    DownloadFailed,      ///< reported 22 with an error and was heard
    RefusedExecute,      ///< answered 23 with an error
    InstallFailed,       ///< reported 24 with an error and was heard
    ReportedOldVersion,  ///< 24 with 00 and the version from before
    IgnoredQuery,        ///< heard 19 and said nothing
    NoCell,              ///< was asked for its cell and has none
    IgnoredNotice,       ///< heard 20 and said nothing
    SilentInDownload,    ///< off for good between two chunks
    IgnoredExecute,      ///< heard 23 and did nothing
    SilentInInstall,     ///< off for good after 23
    Aborted,             ///< the platform refused a chunk or a result: no such task, no such chunk
    ReportRefused        ///< 24 was answered with an error
};
std::string_view to_string(End end);  ///< "succeeded", "already-current", ...

enum class FaultKind : std::uint8_t {
    None,
    SameVersion,
    MuteQuery,
    MuteNotice,
    RefuseNotice,
    PowerCut,
    PowerCutAtEnd,
    SilentDownload,
    FailDownload,
    MuteExecute,
    RefuseExecute,
    SilentInstall,
    FailInstall,
    OldVersion,
    LostResult,
};

/// What goes wrong with a device; written "power-cut", or with the result byte "fail-22-07".
struct Fault {
    FaultKind kind = FaultKind::None;
    pcp::ResultCode code = pcp::ResultCode::Ok;

    /// Errors: InvalidInput "sim.fault.unknown" with the text as value.
    static Result<Fault> parse(std::string_view text);
    /// Every fault with every result byte that pcp.md lists for it. SameVersion is left out: it needs a target.
    static std::vector<Fault> all();

    std::string name() const;
    End expected_end() const;

    friend bool operator==(const Fault&, const Fault&) = default;
};

struct FaultInfo {
    FaultKind kind;
    std::string_view name;  ///< with "NN" in place of the result byte
    std::vector<pcp::ResultCode> codes;
    End end;
    std::string_view what;
};
const std::vector<FaultInfo>& fault_table();

}  // namespace cellwise::sim
