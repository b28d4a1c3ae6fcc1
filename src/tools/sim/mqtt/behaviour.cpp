// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/behaviour.hpp"

#include <algorithm>
#include <array>

namespace cellwise::sim::mqtt {
namespace {

// clang-format off
constexpr std::array<TraitInfo, kTraitCount> kTraits{{
    {Trait::Subscribes,  "subscribes",   "subscribes to its down topic; stock SDKs do not"},
    {Trait::Hush,        "hush",         "neither reads nor pings while it downloads and installs: the broker drops it"},
    {Trait::Reboots,     "reboots",      "reboots to install; its result is the first packet after CONNECT, under another client id"},
    {Trait::LateVersion, "late-version", "reports code 0 with the old version first, with the new one later"},
    {Trait::NoVersion,   "no-version",   "reports code 0 without a version, reconnects, and tells the version when asked"},
    {Trait::SaysTwice,   "says-twice",   "sends its result twice"},
    {Trait::Progress,    "progress",     "reports progress in between"},
    {Trait::Unsolicited, "unsolicited",  "reports its version unasked whenever it connects"},
    {Trait::Careful,     "careful",      "ignores a repeated notice for what it has downloaded (others install again)"},
    {Trait::Ranges,      "ranges",       "downloads in blocks with Range over one connection"},
    {Trait::OneBased,    "one-based",    "as ranges, and counts bytes from 1"},
    {Trait::BareLf,      "bare-lf",      "downloads over raw TLS: bare line feeds, 'Authorization:Bearer', a header that must come whole"},
    {Trait::Pretty,      "pretty",       "its JSON is pretty-printed, with another time format and members that nobody knows"},
    {Trait::Chatty,      "chatty",       "its messages bear other services beside $ota"},
    {Trait::RadioText,   "radio-text",   "its radio values are text"},
    {Trait::NoRadio,     "no-radio",     "reports nothing of its radio"},
    {Trait::OldStamp,    "old-stamp",    "the stamp of its client id is years old (sign type 0)"},
}};
// clang-format on

std::vector<FaultInfo> make_table() {
    using enum FaultKind;
    // clang-format off
    return {
        {None,           "none",             {},                End::Succeeded,          "nothing goes wrong"},
        {SameVersion,    "same-version",     {},                End::AlreadyCurrent,     "runs the target already (needs the target's version)"},
        {MuteQuery,      "mute-query",       {},                End::IgnoredQuery,       "never answers version_query"},
        {MuteNotice,     "mute-notice",      {},                End::IgnoredNotice,      "hears software_upgrade and does nothing"},
        {Refuse,         "refuse",           {1, 2, 4, 5, 255}, End::RefusedNotice,      "answers the notice with that result"},
        {SaysLatest,     "says-latest",      {},                End::AlreadyCurrent,     "answers the notice with 3 and the target's version"},
        {CutDownload,    "cut-download",     {},                End::Succeeded,          "its download breaks off once, then it goes on or begins again"},
        {PowerCut,       "power-cut",        {},                End::Succeeded,          "loses power in the download, comes back, downloads from the start"},
        {SilentDownload, "silent-download",  {},                End::SilentInDownload,   "off for good in the download"},
        {FailDownload,   "fail-download",    {6, 8, 9},         End::DownloadFailed,     "reports that result after the download"},
        {WrongHash,      "wrong-hash",       {},                End::DownloadFailed,     "takes the file for a wrong one: result 7"},
        {FailInstall,    "fail-install",     {10, 42, 255},     End::InstallFailed,      "reports that result after the installation"},
        {OldVersion,     "old-version",      {},                End::ReportedOldVersion, "installs, but goes on with the old version and says so with code 0"},
        {NoResult,       "no-result",        {},                End::VerifiedByQuery,    "says no result, reconnects, tells the version when asked"},
        {NoResultStays,  "no-result-stays",  {},                End::VerifiedByQuery,    "as no-result, and stays connected: only time ends it"},
    };
    // clang-format on
}

const FaultInfo& info_of(FaultKind kind) { return fault_table()[static_cast<std::size_t>(kind)]; }

}  // namespace

std::span<const TraitInfo> Traits::table() { return kTraits; }

std::vector<std::vector<Trait>> Traits::combinations() {
    using enum Trait;
    return {{Hush, Reboots, BareLf},
            {Reboots, Ranges, Unsolicited},
            {LateVersion, Chatty, Progress},
            {Pretty, RadioText, OneBased, OldStamp},
            {Subscribes, SaysTwice, Careful}};
}

const std::vector<FaultInfo>& fault_table() {
    static const std::vector<FaultInfo> table = make_table();
    return table;
}

std::string Fault::name() const {
    const auto& info = info_of(kind);
    auto text = std::string(info.name);
    if (!info.codes.empty()) text += '-' + std::to_string(code);
    return text;
}

End Fault::expected_end() const { return info_of(kind).end; }

bool Fault::is_reported() const {
    using enum FaultKind;
    return kind == Refuse || kind == FailDownload || kind == WrongHash || kind == FailInstall;
}

Result<Fault> Fault::parse(std::string_view text) {
    if (text == info_of(FaultKind::SameVersion).name) return Fault{FaultKind::SameVersion};
    for (const auto& fault : all()) {
        if (fault.name() == text) return fault;
    }
    return invalid("sim.fault.unknown", "faults",
                   "no fault bears that name; 'cellwise-sim mqtt --help-faults' lists them", std::string(text));
}

std::vector<Fault> Fault::all() {
    std::vector<Fault> faults;
    for (const auto& info : fault_table()) {
        if (info.kind == FaultKind::SameVersion) continue;
        if (info.codes.empty()) faults.push_back({info.kind, info.kind == FaultKind::WrongHash ? 7 : 0});
        for (const auto code : info.codes) faults.push_back({info.kind, code});
    }
    return faults;
}

}  // namespace cellwise::sim::mqtt
