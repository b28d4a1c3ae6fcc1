// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/agent.hpp"

#include <algorithm>

namespace cellwise::sim::mqtt {
namespace {

constexpr std::size_t kMostFaults = 5;
constexpr std::uint32_t kMostRetries = 40;

// result_code, as the protocol lists them
constexpr int kAlreadyLatest = 3;
constexpr int kDownloadTimeout = 6;
constexpr int kCheckFailed = 7;

Fetch::How how_to_fetch(const Dialect& dialect) {
    if (dialect.has(Trait::BareLf)) return Fetch::How::BareLf;
    if (dialect.has(Trait::OneBased)) return Fetch::How::OneBasedRanges;
    return dialect.has(Trait::Ranges) ? Fetch::How::Ranges : Fetch::How::Whole;
}

}  // namespace

std::uint32_t Record::most_installs() const {
    std::uint32_t most = 0;
    for (const auto& [version_text, times] : installs) most = std::max(most, times);
    return most;
}

Agent::Agent(const Script& script, const Timing& timing) : script_(script), timing_(timing) {
    record_.version = script.from_version;
}

// What is said, and how it ends. ----------------------------------------------------------------------------------

void Agent::say(Progress progress, bool is_result) {
    if (std::exchange(is_hushed_, false)) wishes_.emplace_back(Hush{false});
    wishes_.emplace_back(Say{std::move(progress), is_result});
}

void Agent::end(End how) {
    record_.end = how;
    record_.in_upgrade = false;
}

void Agent::fail(int code, std::string description, End how) {
    phase_ = Phase::Idle;
    due_at_.reset();
    say({.result_code = code, .description = std::move(description)}, true);
    end(how);
}

void Agent::succeed() {
    phase_ = Phase::Idle;
    Progress result{.version = record_.version};
    // As met: with 100, without progress, with words.
    if (script_.index % 3 != 1) result.progress = 100;
    if (script_.index % 3 == 2) result.description = "upgrade success";
    say(std::move(result), true);
    end(End::Succeeded);
}

void Agent::note_fault(std::string what) {
    auto& faults = record_.faults;
    if (faults.size() < kMostFaults && std::find(faults.begin(), faults.end(), what) == faults.end())
        faults.push_back(std::move(what));
}

bool Agent::has_fault(FaultKind kind) const {
    return script_.fault.kind == kind && (script_.fault_attempts == 0 || faults_taken_ < script_.fault_attempts);
}

bool Agent::takes_fault(FaultKind kind) {
    if (!has_fault(kind)) return false;
    ++faults_taken_;
    return true;
}

bool Agent::is_settled() const {
    if (record_.end == End::None) return false;
    const bool success_is_to_follow = script_.fault_attempts > 0 && record_.end == script_.fault.expected_end();
    return !success_is_to_follow || record_.end == script_.expected_end;
}

// What the platform says. -----------------------------------------------------------------------------------------

void Agent::on_event(const DownEvent& event, Timestamp now) {
    if (const auto* notice = std::get_if<Notice>(&event)) {
        on_notice(*notice, now);
    } else {
        on_query();
    }
}

void Agent::on_query() {
    ++record_.queries;
    if (takes_fault(FaultKind::MuteQuery)) {
        end(End::IgnoredQuery);
        return;
    }
    wishes_.emplace_back(SayVersion{});
    if (phase_ == Phase::AwaitingQuery) {
        phase_ = Phase::Idle;
        due_at_.reset();
        end(End::VerifiedByQuery);
    } else if (script_.fault.kind == FaultKind::SameVersion && record_.end == End::None && phase_ == Phase::Idle) {
        end(End::AlreadyCurrent);
    }
}

void Agent::on_notice(const Notice& notice, Timestamp now) {
    ++record_.notices;
    for (const auto& fault : notice.faults) note_fault(fault);
    if (passes_over(notice, now)) return;
    if (phase_ == Phase::Downloading) wishes_.emplace_back(Abandon{});
    notice_ = notice;
    record_.target = notice.version;
    record_.in_upgrade = true;
    has_broken_ = false;
    retries_ = 0;
    if (!refuses()) begin_download(now);
}

bool Agent::passes_over(const Notice& notice, Timestamp now) {
    const bool is_under_way = phase_ != Phase::Idle && notice.version == notice_.version;
    const bool is_installed = phase_ == Phase::Idle && notice.version == record_.version;
    if (!is_under_way && !is_installed) return false;
    ++record_.repeated_notices;
    if (phase_ == Phase::Downloading) {
        // Begins again with the new token, as SDKs do; but not the script's mishap, and not with its patience.
        notice_ = notice;
        wishes_.emplace_back(Abandon{});
        begin_download(now);
        return true;
    }
    if (!has(Trait::Careful)) return false;  // downloads and installs again: that is how the platform is found out
    if (is_installed) say({.progress = 100, .version = record_.version}, true);
    return true;
}

/// At the notice, by its script.
bool Agent::refuses() {
    phase_ = Phase::Idle;
    if (takes_fault(FaultKind::MuteNotice)) {
        end(End::IgnoredNotice);
    } else if (takes_fault(FaultKind::Refuse)) {
        fail(script_.fault.code, "not now", End::RefusedNotice);
    } else if (takes_fault(FaultKind::SaysLatest)) {
        record_.version = notice_.version;
        say({.result_code = kAlreadyLatest, .version = record_.version}, true);
        end(End::AlreadyCurrent);
    } else {
        return false;
    }
    return true;
}

// The download. ---------------------------------------------------------------------------------------------------

bool Agent::breaks_in_download() const {
    if (has_broken_) return false;
    return has_fault(FaultKind::CutDownload) || has_fault(FaultKind::PowerCut) ||
           has_fault(FaultKind::SilentDownload);
}

void Agent::begin_download(Timestamp now) {
    phase_ = Phase::Downloading;
    received_.reset();
    due_at_.reset();
    if (has(Trait::Hush) && !is_hushed_) {
        is_hushed_ = true;
        hushed_until_ = now + timing_.hush;
        wishes_.emplace_back(Hush{true});
    }
    fetch();
}

void Agent::fetch() {
    const auto how = how_to_fetch(script_.dialect);
    const bool resumes = received_ && (how == Fetch::How::Ranges || how == Fetch::How::OneBasedRanges);
    if (!resumes) received_ = std::make_shared<Received>();
    Fetch fetch{
        .url = notice_.url, .token = notice_.token, .size = notice_.file_size, .how = how, .received = received_};
    if (breaks_in_download())
        fetch.break_at = static_cast<std::uint64_t>(script_.fault_at * static_cast<double>(notice_.file_size));
    ++record_.downloads;
    wishes_.emplace_back(std::move(fetch));
}

void Agent::on_fetched(const FetchOutcome& outcome, Timestamp now) {
    if (phase_ != Phase::Downloading) return;
    record_.requests += outcome.requests;
    for (const auto& fault : outcome.faults) note_fault(fault);
    switch (outcome.end) {
        case FetchOutcome::End::Whole:
            on_whole(now);
            break;
        case FetchOutcome::End::Scripted:
            on_scripted_break(now);
            break;
        case FetchOutcome::End::Broken:
        case FetchOutcome::End::Refused:
            on_broken(outcome, now);
            break;
    }
}

void Agent::on_broken(const FetchOutcome& outcome, Timestamp now) {
    ++record_.broken_downloads;
    record_.download_error = outcome.error;
    if (outcome.end == FetchOutcome::End::Refused || retries_ == kMostRetries) {
        fail(kDownloadTimeout, "download refused", End::DownloadFailed);
        return;
    }
    due_at_ = now + std::min(timing_.retry * (1 << std::min(retries_++, 10U)), timing_.backoff_most);
}

void Agent::on_scripted_break(Timestamp now) {
    has_broken_ = true;
    if (script_.fault.kind == FaultKind::SilentDownload) {
        phase_ = Phase::Idle;
        end(End::SilentInDownload);
        wishes_.emplace_back(PowerOff{});
    } else if (script_.fault.kind == FaultKind::PowerCut) {
        received_.reset();
        is_hushed_ = false;
        wishes_.emplace_back(PowerOff{timing_.power_cut});
    } else {
        due_at_ = now + timing_.retry;
    }
}

void Agent::on_whole(Timestamp now) {
    record_.sha256 = to_hex(received_->hash.finish());
    record_.bytes += received_->bytes;
    const bool is_whole = received_->bytes == notice_.file_size;
    received_.reset();
    if (!is_whole || (!notice_.sign.empty() && notice_.sign != record_.sha256)) {
        note_fault("the file that it downloaded is not the one of file_size and sign");
        fail(kCheckFailed, "check failed", End::DownloadFailed);
    } else if (takes_fault(FaultKind::WrongHash)) {
        fail(kCheckFailed, "sha256 mismatch", End::DownloadFailed);
    } else if (takes_fault(FaultKind::FailDownload)) {
        fail(script_.fault.code, "download failed", End::DownloadFailed);
    } else {
        begin_install(now);
    }
}

// The installation. -----------------------------------------------------------------------------------------------

void Agent::begin_install(Timestamp now) {
    phase_ = Phase::Installing;
    // Begun is what counts: half an installation is a doubled one's harm, too. What is scripted to fail may come
    // again.
    if (!has_fault(FaultKind::FailInstall) && script_.fault.kind != FaultKind::OldVersion)
        ++record_.installs[notice_.version];
    if (has(Trait::Progress) && !is_hushed_) say({.progress = 60}, false);
    const bool reboots = has(Trait::Reboots) || script_.fault.kind == FaultKind::NoResult;
    if (reboots && !is_hushed_) {
        wishes_.emplace_back(PowerOff{timing_.install});
        return;
    }
    due_at_ = now + timing_.install;
    if (is_hushed_) due_at_ = std::max(*due_at_, hushed_until_);
}

void Agent::on_boot(Timestamp now) {
    is_hushed_ = false;
    if (phase_ == Phase::Installing) finish_install(now);
    if (phase_ == Phase::Downloading) {
        received_.reset();
        due_at_.reset();
        fetch();
    }
}

void Agent::on_version_volunteered() {
    if (phase_ != Phase::AwaitingQuery) return;
    // The platform need not ask any more.
    phase_ = Phase::Idle;
    due_at_.reset();
    end(End::VerifiedByQuery);
}

void Agent::on_timer(Timestamp now) {
    if (!due_at_ || *due_at_ > now) return;
    due_at_.reset();
    switch (phase_) {
        case Phase::Downloading:
            fetch();
            break;
        case Phase::Installing:
            if (is_hushed_ && has(Trait::Reboots)) {
                // Its download is behind it, and the broker has dropped it: now it boots into the new version.
                is_hushed_ = false;
                wishes_.emplace_back(PowerOff{timing_.install});
            } else {
                finish_install(now);
            }
            break;
        case Phase::BeforeLateVersion:
            succeed();
            break;
        case Phase::AwaitingQuery:
            wishes_.emplace_back(Reconnect{});
            due_at_ = now + timing_.reconnect_to_ask;
            break;
        case Phase::Idle:
            break;
    }
}

void Agent::finish_install(Timestamp now) {
    if (takes_fault(FaultKind::FailInstall)) {
        fail(script_.fault.code, "install failed", End::InstallFailed);
        return;
    }
    if (script_.fault.kind == FaultKind::OldVersion) {
        phase_ = Phase::Idle;
        say({.version = record_.version}, true);
        end(End::ReportedOldVersion);
        return;
    }
    const auto old_version = std::exchange(record_.version, notice_.version);
    const auto kind = script_.fault.kind;
    if (kind == FaultKind::NoResult || kind == FaultKind::NoResultStays || has(Trait::NoVersion)) {
        await_query(now);
    } else if (has(Trait::LateVersion)) {
        phase_ = Phase::BeforeLateVersion;
        say({.version = old_version}, true);
        due_at_ = now + timing_.late_version;
    } else {
        succeed();
    }
}

void Agent::await_query(Timestamp now) {
    phase_ = Phase::AwaitingQuery;
    record_.in_upgrade = false;  // it says nothing more by itself
    const bool says_code = script_.fault.kind == FaultKind::None && has(Trait::NoVersion);
    if (says_code) say({.progress = 100}, true);
    if (std::exchange(is_hushed_, false)) wishes_.emplace_back(Hush{false});
    if (script_.fault.kind != FaultKind::NoResultStays) due_at_ = now + timing_.reconnect_to_ask;
}

}  // namespace cellwise::sim::mqtt
