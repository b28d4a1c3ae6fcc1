// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/job_stepper.hpp"

/// What the rows of the job table do where a device is upgraded by MQTT: it downloads and installs by itself, may be
/// offline meanwhile, and may never tell the result; the version tells it then. Called by job_machine.cpp, and by
/// job_actions.cpp where one row serves both protocols.
namespace cellwise::domain::job_actions {

void compare_reported_version(Stepper& s);
void hear_early_version(Stepper& s);
void ask_after_reconnect(Stepper& s);
void ask_before_repeating_notice(Stepper& s);
void settle_by_version(Stepper& s);
void start_transfer(Stepper& s);
void count_transfer(Stepper& s);
void note_transfer(Stepper& s);
void end_transfer(Stepper& s);
void forget_transfer(Stepper& s);
void outlast_download(Stepper& s);
void verify_after_silence(Stepper& s);
void verify_by_report(Stepper& s);
void ask_last(Stepper& s);
void miss_last_answer(Stepper& s);
void compare_while_installing(Stepper& s);
void decide_by_report(Stepper& s);
void hear_progress(Stepper& s);
void hear_early_progress(Stepper& s);

}  // namespace cellwise::domain::job_actions
