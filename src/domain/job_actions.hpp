// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/job_stepper.hpp"

#include <string_view>

/// What the rows of the job table do, in the order of the conversation. Only job_machine.cpp calls them.
namespace cellwise::domain::job_actions {

inline void nothing(Stepper&) {}
void begin(Stepper& s);
void query(Stepper& s);
void compare_version(Stepper& s);
void judge_source(Stepper& s, const Version& version);
void confirm(Stepper& s);
void read_radio_again(Stepper& s);
void do_without_radio(Stepper& s);
void stand_in_line(Stepper& s);
void show_up_in_line(Stepper& s);
void notify(Stepper& s);
void repeat_notice(Stepper& s);
void hear_notice_reply(Stepper& s);
void start_download(Stepper& s);
void serve_chunk(Stepper& s);
void repeat_chunk(Stepper& s);
void hear_repeated_notice_reply(Stepper& s);
void nudge_download(Stepper& s);
void hear_download_result(Stepper& s);
void suspend(Stepper& s);
void idle_notice(Stepper& s);
void idle_download(Stepper& s);
void resume_later(Stepper& s);
void hold_chunk_request(Stepper& s);
void hold_download_result(Stepper& s);
void resume(Stepper& s);
void repeat_download_answer(Stepper& s);
void ask_before_repeating_execute(Stepper& s);
void compare_before_repeating_execute(Stepper& s);
void start_update(Stepper& s);
void hear_execute_reply(Stepper& s);
void hear_late_execute_reply(Stepper& s);
void hear_result(Stepper& s);
void hear_early_result(Stepper& s);
void compare_while_updating(Stepper& s);
void verify(Stepper& s);
void decide_by_version(Stepper& s);
void ask_version_again(Stepper& s);
void repeat_query(Stepper& s);
void refuse_foreign_chunk(Stepper& s);
void confirm_request(Stepper& s);
void doubt_request(Stepper& s);
void lose_slot_but_go_on(Stepper& s);
void retry(Stepper& s);
void stop(Stepper& s);
void miss_end_time(Stepper& s);
void give_up_retrying(Stepper& s);
void recover(Stepper& s);

template <const std::string_view& Detail>
void time_out(Stepper& s) {
    s.fail(Detail, Stepper::Cause::TimedOut);
}

/// The same where the device, or somebody, was waited for.
template <const std::string_view& Detail>
void lose_patience(Stepper& s) {
    if (!s.wait_longer()) s.fail(Detail, Stepper::Cause::TimedOut);
}

}  // namespace cellwise::domain::job_actions
