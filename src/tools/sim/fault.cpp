// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fault.hpp"

#include <algorithm>
#include <array>

namespace cellwise::sim {
namespace {

constexpr std::array<std::string_view, 18> kEndNames{"none",
                                                     "registered",
                                                     "succeeded",
                                                     "already-current",
                                                     "verified-by-query",
                                                     "refused-notice",
                                                     "download-failed",
                                                     "refused-execute",
                                                     "install-failed",
                                                     "reported-old-version",
                                                     "ignored-query",
                                                     "no-cell",
                                                     "ignored-notice",
                                                     "silent-in-download",
                                                     "ignored-execute",
                                                     "silent-in-install",
                                                     "aborted",
                                                     "report-refused"};

std::vector<FaultInfo> make_table() {
    using enum pcp::ResultCode;
    // The result bytes are those that PCP lists for what a device says in 20, 22, 23 and 24.
    const std::vector<pcp::ResultCode> notice{InUse,   WeakSignal,  AlreadyLatest, LowBattery,
                                              NoSpace, OutOfMemory, InternalError};
    const std::vector<pcp::ResultCode> download{NoSpace, DownloadTimeout, PackageCheckFailed, PackageTypeUnsupported,
                                                OutOfMemory};
    const std::vector<pcp::ResultCode> execute{InUse, LowBattery, NoSpace, OutOfMemory, InternalError};
    const std::vector<pcp::ResultCode> install{InUse, LowBattery, NoSpace, OutOfMemory, InstallFailed, InternalError};
    // clang-format off
    return {
        {FaultKind::None,           "none",            {},       End::Succeeded,          "nothing goes wrong"},
        {FaultKind::SameVersion,    "same-version",    {},       End::AlreadyCurrent,     "runs the target already (needs --target-version)"},
        {FaultKind::MuteQuery,      "mute-19",         {},       End::IgnoredQuery,       "never answers 19"},
        {FaultKind::MuteNotice,     "mute-20",         {},       End::IgnoredNotice,      "hears 20 and does nothing"},
        {FaultKind::RefuseNotice,   "refuse-20-NN",    notice,   End::RefusedNotice,      "answers 20 with that result"},
        {FaultKind::PowerCut,       "power-cut",       {},       End::Succeeded,          "loses power in the download, registers anew, resumes"},
        {FaultKind::PowerCutAtEnd,  "power-cut-end",   {},       End::Succeeded,          "loses power after the last chunk, resumes with 22"},
        {FaultKind::SilentDownload, "silent-download", {},       End::SilentInDownload,   "goes silent for good in the download"},
        {FaultKind::FailDownload,   "fail-22-NN",      download, End::DownloadFailed,     "reports 22 with that result"},
        {FaultKind::MuteExecute,    "mute-23",         {},       End::IgnoredExecute,     "hears 23 and does nothing"},
        {FaultKind::RefuseExecute,  "refuse-23-NN",    execute,  End::RefusedExecute,     "answers 23 with that result"},
        {FaultKind::SilentInstall,  "silent-install",  {},       End::SilentInInstall,    "goes silent for good after 23"},
        {FaultKind::FailInstall,    "fail-24-NN",      install,  End::InstallFailed,      "reports 24 with that result"},
        {FaultKind::OldVersion,     "old-version",     {},       End::ReportedOldVersion, "installs, but reports 24 with 00 and the old version"},
        {FaultKind::LostResult,     "lost-24",         {},       End::VerifiedByQuery,    "installs, never says 24, answers 19 with the target"},
    };
    // clang-format on
}

std::string code_text(pcp::ResultCode code) {
    const auto byte = static_cast<std::uint8_t>(code);
    return to_hex(ByteView(&byte, 1));
}

const FaultInfo& info_of(FaultKind kind) { return fault_table()[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view to_string(End end) { return kEndNames[static_cast<std::size_t>(end)]; }

const std::vector<FaultInfo>& fault_table() {
    static const std::vector<FaultInfo> table = make_table();
    return table;
}

std::string Fault::name() const {
    const auto& info = info_of(kind);
    std::string text(info.name);
    if (!info.codes.empty()) text.replace(text.size() - 2, 2, code_text(code));
    return text;
}

End Fault::expected_end() const { return info_of(kind).end; }

Result<Fault> Fault::parse(std::string_view text) {
    if (text == Fault{FaultKind::SameVersion}.name()) return Fault{FaultKind::SameVersion};
    for (const auto& fault : all()) {
        if (fault.name() == text) return fault;
    }
    return invalid("sim.fault.unknown", "faults",
                   "no fault bears that name; 'cellwise-sim lwm2m --help-faults' lists them", std::string(text));
}

std::vector<Fault> Fault::all() {
    std::vector<Fault> faults;
    for (const auto& info : fault_table()) {
        if (info.kind == FaultKind::SameVersion) continue;
        if (info.codes.empty()) faults.push_back({info.kind});
        for (const auto code : info.codes) faults.push_back({info.kind, code});
    }
    return faults;
}

}  // namespace cellwise::sim
