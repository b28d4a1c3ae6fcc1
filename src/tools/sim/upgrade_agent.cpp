// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/upgrade_agent.hpp"

#include <algorithm>
#include <variant>

namespace cellwise::sim {

using pcp::ResultCode;

std::uint32_t UpgradeRecord::most_installs() const {
    std::uint32_t most = 0;
    for (const auto& [target_text, times] : installs) most = std::max(most, times);
    return most;
}

UpgradeAgent::UpgradeAgent(const Script& script, const Timing& timing) : script_(script), timing_(timing) {
    record_.version = script.from_version;
}

// What is said. ---------------------------------------------------------------------------------------------------

void UpgradeAgent::say(const pcp::DeviceMessage& message) { uplinks_.push_back(pcp::encode(message)); }

void UpgradeAgent::ask(const pcp::DeviceMessage& message, Timestamp now) {
    asked_ = message;
    said_in_burst_ = 0;
    if (!link_ready_) return;  // said when the platform observes again
    say(message);
    if (script_.dialect.has(Trait::Double)) say(message);
    repeat_at_ = now + (script_.dialect.has(Trait::Hasty) ? timing_.hasty_repeat : timing_.repeat);
}

void UpgradeAgent::repeat(Timestamp now) {
    if (image_ && phase_ == Phase::Downloading && script_.dialect.has(Trait::Unsolicited23) &&
        image_->said_unsolicited_23 && said_in_burst_ == 0 && image_->next == fault_index()) {
        say(pcp::ExecuteReply{ResultCode::DownloadTimeout});
    }
    ++record_.repeats;
    const auto said = said_in_burst_ + 1;
    ask(pcp::DeviceMessage(*asked_), now);
    said_in_burst_ = said;
    if (said < timing_.repeats_in_burst) return;
    said_in_burst_ = 0;
    repeat_at_ = now + timing_.burst_pause;
}

void UpgradeAgent::stop_asking() {
    asked_.reset();
    repeat_at_.reset();
}

// How it ends. ----------------------------------------------------------------------------------------------------

void UpgradeAgent::end(End how) {
    record_.end = how;
    record_.in_upgrade = false;
    record_.unanswered = false;
    record_.is_installing = false;
}

void UpgradeAgent::die(End how) {
    end(how);
    stop_asking();
    reboot_at_.reset();
    power_off_ = PowerOff{};
}

bool UpgradeAgent::has_fault(FaultKind kind) const {
    return script_.fault.kind == kind && (script_.fault_attempts == 0 || faults_taken_ < script_.fault_attempts);
}

bool UpgradeAgent::takes_fault(FaultKind kind) {
    if (!has_fault(kind)) return false;
    ++faults_taken_;
    return true;
}

bool UpgradeAgent::is_settled() const {
    if (record_.end == End::None) return false;
    const bool success_is_to_follow = script_.fault_attempts > 0 && record_.end == script_.fault.expected_end();
    return !success_is_to_follow || record_.end == script_.expected_end;
}

/// Before which chunk the scripted mishap of a download happens.
std::uint32_t UpgradeAgent::fault_index() const {
    const auto count = image_->notice.chunk_count;
    return std::min<std::uint32_t>(static_cast<std::uint32_t>(script_.fault_at * count), count - 1U);
}

// What the platform says. -----------------------------------------------------------------------------------------

void UpgradeAgent::on_downlink(ByteView payload, Timestamp now) {
    const auto frame = pcp::find_frame(payload);
    const auto message = frame ? pcp::decode_platform_message(*frame) : std::nullopt;
    if (!message) {
        ++record_.strays;
        return;
    }
    if (std::holds_alternative<pcp::QueryVersion>(*message)) {
        on_query();
    } else if (const auto* notice = std::get_if<pcp::NewVersionNotice>(&*message)) {
        on_notice(*notice, now);
    } else if (const auto* chunk = std::get_if<pcp::ChunkReply>(&*message)) {
        on_chunk(*chunk, now);
    } else if (const auto* download = std::get_if<pcp::DownloadAnswer>(&*message)) {
        on_download_answer(*download);
    } else if (std::holds_alternative<pcp::Execute>(*message)) {
        on_execute(now);
    } else {
        on_upgrade_answer(std::get<pcp::UpgradeAnswer>(*message));
    }
}

void UpgradeAgent::on_query() {
    ++record_.queries;
    if (takes_fault(FaultKind::MuteQuery)) {
        end(End::IgnoredQuery);
        return;
    }
    say(pcp::VersionReply{ResultCode::Ok, record_.version});
    if (script_.fault.kind == FaultKind::SameVersion) end(End::AlreadyCurrent);
    const bool installed_in_silence = script_.fault.kind == FaultKind::LostResult && phase_ == Phase::Idle &&
                                      record_.unanswered && record_.version == record_.target;
    if (installed_in_silence) end(End::VerifiedByQuery);
}

void UpgradeAgent::begin_image(const pcp::NewVersionNotice& notice) {
    image_.emplace();
    image_->notice = notice;
    image_->hash.emplace();
    download_report_.reset();
}

void UpgradeAgent::on_notice(const pcp::NewVersionNotice& notice, Timestamp now) {
    ++record_.notices;
    if (notice.version == record_.version || phase_ == Phase::Rebooting) {
        const bool is_late = notice.version == record_.version;
        say(pcp::NoticeReply{is_late ? ResultCode::AlreadyLatest : ResultCode::InUse});
        return;
    }
    record_.target = notice.version;
    proof_of_slot_ = true;
    if (takes_fault(FaultKind::MuteNotice)) {
        end(End::IgnoredNotice);
        return;
    }
    if (takes_fault(FaultKind::RefuseNotice)) {
        say(pcp::NoticeReply{script_.fault.code});
        end(End::RefusedNotice);
        return;
    }
    record_.end = End::None;
    record_.in_upgrade = record_.unanswered = true;
    record_.downloaded = false;
    result_.reset();
    if (!image_ || image_->notice != notice) begin_image(notice);
    if (!script_.dialect.has(Trait::Skip20)) say(pcp::NoticeReply{ResultCode::Ok});
    go_on_downloading(now);
}

void UpgradeAgent::go_on_downloading(Timestamp now) {
    if (meets_download_fault(now)) return;
    if (image_->is_whole()) {
        report_download(ResultCode::Ok, now);
        return;
    }
    phase_ = Phase::Downloading;
    ask(pcp::ChunkRequest{image_->notice.version, static_cast<std::uint16_t>(image_->next)}, now);
}

/// True when a mishap ended or interrupted the download.
bool UpgradeAgent::meets_download_fault(Timestamp now) {
    const bool is_at_index = image_->next == fault_index() && !image_->is_whole();
    const bool fails_at_end = script_.fault.code == ResultCode::PackageCheckFailed;
    if (is_at_index && takes_fault(FaultKind::SilentDownload)) {
        die(End::SilentInDownload);
        return true;
    }
    if ((fails_at_end ? image_->is_whole() : is_at_index) && takes_fault(FaultKind::FailDownload)) {
        report_download(script_.fault.code, now);
        return true;
    }
    const bool cut_now = (is_at_index && has_fault(FaultKind::PowerCut)) ||
                         (image_->is_whole() && has_fault(FaultKind::PowerCutAtEnd));
    if (!cut_now || image_->power_was_cut) return false;
    image_->power_was_cut = true;
    phase_ = Phase::Downloading;
    stop_asking();
    power_off_ = PowerOff{timing_.power_cut};
    return true;
}

void UpgradeAgent::on_chunk(const pcp::ChunkReply& reply, Timestamp now) {
    if (phase_ != Phase::Downloading || !image_ || !asked_) {
        ++record_.stale_chunks;
        return;
    }
    if (reply.result != ResultCode::Ok) {
        if (reply.index != image_->next) return;
        stop_asking();
        phase_ = Phase::Idle;
        end(End::Aborted);
        return;
    }
    proof_of_slot_ = true;
    if (reply.index != image_->next) {
        ++record_.stale_chunks;
        return;
    }
    const bool pretends_not_to_hear =
        script_.dialect.has(Trait::Unsolicited23) && !image_->said_unsolicited_23 && image_->next == fault_index();
    if (pretends_not_to_hear) {
        image_->said_unsolicited_23 = true;
        return;
    }
    keep_chunk(reply, now);
}

void UpgradeAgent::keep_chunk(const pcp::ChunkReply& reply, Timestamp now) {
    const bool is_last = reply.index + 1U == image_->notice.chunk_count;
    const auto size = reply.data.size();
    const auto full = image_->notice.chunk_size;
    if (is_last ? (size == 0 || size > full) : size != full) {
        ++record_.bad_chunks;
        return;
    }
    ++record_.chunks;
    ++image_->next;
    image_->hash->update(reply.data);
    stop_asking();
    if (is_last) {
        record_.sha256 = to_hex(image_->hash->finish());
        image_->hash.reset();
    }
    go_on_downloading(now);
}

void UpgradeAgent::report_download(ResultCode result, Timestamp now) {
    phase_ = Phase::ReportingDownload;
    download_report_ = pcp::DownloadReport{result};
    record_.downloaded = true;
    if (result != ResultCode::Ok) record_.in_upgrade = false;
    ask(*download_report_, now);
}

void UpgradeAgent::on_download_answer(const pcp::DownloadAnswer& answer) {
    if (phase_ != Phase::ReportingDownload) return;  // the answer to a repeat
    stop_asking();
    const bool went_well = download_report_->result == ResultCode::Ok;
    if (went_well && answer.result == ResultCode::Ok) {
        proof_of_slot_ = true;
        phase_ = Phase::AwaitingExecute;
        return;
    }
    phase_ = Phase::Idle;
    if (!went_well) image_.reset();
    end(went_well ? End::Aborted : End::DownloadFailed);
}

void UpgradeAgent::on_execute(Timestamp now) {
    ++record_.executes;
    const bool has_image = image_ && image_->is_whole();
    const bool is_due = phase_ == Phase::AwaitingExecute ||
                        (phase_ == Phase::ReportingDownload && download_report_->result == ResultCode::Ok);
    if (phase_ == Phase::Rebooting) {
        if (!script_.dialect.has(Trait::No23Reply)) say(pcp::ExecuteReply{ResultCode::Ok});
    } else if (has_image && is_due) {
        accept_execute(now);
    } else if (has_image && phase_ == Phase::ReportingResult && !script_.dialect.has(Trait::Careful)) {
        accept_execute(now);  // installs a second time: that is what a repeated 23 does to a simple device
    } else {
        ++record_.strays;
    }
}

void UpgradeAgent::accept_execute(Timestamp now) {
    stop_asking();
    proof_of_slot_ = true;
    if (takes_fault(FaultKind::MuteExecute)) {
        phase_ = Phase::Idle;
        end(End::IgnoredExecute);
        return;
    }
    if (takes_fault(FaultKind::RefuseExecute)) {
        say(pcp::ExecuteReply{script_.fault.code});
        phase_ = Phase::Idle;
        image_.reset();
        end(End::RefusedExecute);
        return;
    }
    if (!script_.dialect.has(Trait::No23Reply)) say(pcp::ExecuteReply{ResultCode::Ok});
    phase_ = Phase::Rebooting;
    record_.is_installing = true;
    reboot_at_ = now + timing_.reboot_delay;
    reboot_at_latest_ = now + std::max(timing_.reboot_delay, timing_.reboot_patience);
}

// Reboot and result. ----------------------------------------------------------------------------------------------

void UpgradeAgent::on_boot() {
    link_ready_ = false;
    repeat_at_.reset();
    reboot_at_.reset();
    if (phase_ == Phase::Rebooting) {
        install();
    } else if (phase_ == Phase::AwaitingExecute) {
        phase_ = Phase::ReportingDownload;  // its memory of having been answered is gone
        asked_ = *download_report_;
    } else if (phase_ == Phase::Downloading && script_.dialect.has(Trait::Restarts)) {
        image_->next = 0;
        image_->hash.emplace();
    }
}

void UpgradeAgent::install() {
    record_.is_installing = false;
    phase_ = Phase::ReportingResult;
    const bool fails = takes_fault(FaultKind::FailInstall);
    if (fails || takes_fault(FaultKind::OldVersion)) {
        result_ = pcp::UpgradeReport{fails ? script_.fault.code : ResultCode::Ok, record_.version};
        image_.reset();  // what could not be installed is thrown away
        return;
    }
    record_.version = image_->notice.version;
    ++record_.installs[std::string(record_.version.raw())];
    result_ = pcp::UpgradeReport{ResultCode::Ok, record_.version};
    if (!takes_fault(FaultKind::LostResult)) return;
    phase_ = Phase::Idle;
    record_.in_upgrade = false;
    result_.reset();
}

void UpgradeAgent::on_link_ready(Timestamp now) {
    link_ready_ = true;
    if (phase_ == Phase::ReportingResult) {
        record_.in_upgrade = false;
        ask(*result_, now);
    } else if (phase_ == Phase::Downloading && image_) {
        const bool waits = image_->power_was_cut && !asked_ && script_.dialect.has(Trait::WaitsFor20);
        if (!waits) go_on_downloading(now);
    } else if (phase_ == Phase::ReportingDownload) {
        ask(*download_report_, now);
    }
}

void UpgradeAgent::on_upgrade_answer(const pcp::UpgradeAnswer& answer) {
    if (phase_ != Phase::ReportingResult) return;  // the answer to a repeat
    stop_asking();
    phase_ = Phase::Idle;
    image_.reset();
    if (answer.result != ResultCode::Ok) {
        end(End::ReportRefused);
    } else if (result_->result != ResultCode::Ok) {
        end(End::InstallFailed);
    } else {
        end(result_->version == record_.target ? End::Succeeded : End::ReportedOldVersion);
    }
}

void UpgradeAgent::on_cell_asked() {
    if (!script_.radio.cell && record_.end == End::None) end(End::NoCell);
}

// Time. -----------------------------------------------------------------------------------------------------------

void UpgradeAgent::on_timer(Timestamp now, bool link_is_busy) {
    if (reboot_at_ && *reboot_at_ <= now) {
        if (link_is_busy && now < reboot_at_latest_) {
            reboot_at_ = std::min(now + std::max(timing_.reboot_delay, Duration{10}), reboot_at_latest_);
        } else if (takes_fault(FaultKind::SilentInstall)) {
            die(End::SilentInInstall);
            return;
        } else {
            reboot_at_.reset();
            power_off_ = PowerOff{timing_.install};
            return;
        }
    }
    if (!repeat_at_ || *repeat_at_ > now || !asked_ || !link_ready_) return;
    if (link_is_busy) {
        repeat_at_ = now + timing_.hasty_repeat / 2;  // the layer below repeats already
    } else {
        repeat(now);
    }
}

std::optional<Timestamp> UpgradeAgent::deadline() const {
    const auto repeat_at = asked_ && link_ready_ ? repeat_at_ : std::nullopt;
    if (!reboot_at_) return repeat_at;
    return repeat_at ? std::min(*repeat_at, *reboot_at_) : *reboot_at_;
}

}  // namespace cellwise::sim
