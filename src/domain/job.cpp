// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/job.hpp"

namespace cellwise::domain {

std::string_view to_string(JobState state) {
    switch (state) {
        case JobState::Waiting:
            return "waiting";
        case JobState::WaitingOnline:
            return "waiting_online";
        case JobState::Querying:
            return "querying";
        case JobState::WaitingConfirmation:
            return "waiting_confirmation";
        case JobState::ReadingRadio:
            return "reading_radio";
        case JobState::Queued:
            return "queued";
        case JobState::Notifying:
            return "notifying";
        case JobState::Downloading:
            return "downloading";
        case JobState::Executing:
            return "executing";
        case JobState::Updating:
            return "updating";
        case JobState::Verifying:
            return "verifying";
        case JobState::Suspended:
            return "suspended";
        case JobState::WaitingRetry:
            return "waiting_retry";
        case JobState::Succeeded:
            return "succeeded";
        case JobState::Failed:
            return "failed";
        case JobState::Stopped:
            return "stopped";
    }
    return "?";
}

std::optional<JobState> parse_job_state(std::string_view name) {
    for (const auto state : kJobStates) {
        if (name == to_string(state)) return state;
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, JobState state) { return out << to_string(state); }

JobStatus status_of(JobState state) {
    switch (state) {
        case JobState::Waiting:
            return JobStatus::Wait;
        case JobState::Succeeded:
            return JobStatus::Success;
        case JobState::Failed:
            return JobStatus::Fail;
        case JobState::Stopped:
            return JobStatus::Stop;
        // The upgrade guide: waiting for the device to come online is "processing" too.
        case JobState::WaitingOnline:
        case JobState::Querying:
        case JobState::WaitingConfirmation:
        case JobState::ReadingRadio:
        case JobState::Queued:
        case JobState::Notifying:
        case JobState::Downloading:
        case JobState::Executing:
        case JobState::Updating:
        case JobState::Verifying:
        case JobState::Suspended:
        case JobState::WaitingRetry:
            return JobStatus::Processing;
    }
    return JobStatus::Processing;
}

std::string_view to_string(JobStatus status) {
    switch (status) {
        case JobStatus::Wait:
            return "wait";
        case JobStatus::Processing:
            return "processing";
        case JobStatus::Success:
            return "success";
        case JobStatus::Fail:
            return "fail";
        case JobStatus::Stop:
            return "stop";
    }
    return "?";
}

std::optional<JobStatus> parse_job_status(std::string_view name) {
    for (const auto status :
         {JobStatus::Wait, JobStatus::Processing, JobStatus::Success, JobStatus::Fail, JobStatus::Stop}) {
        if (name == to_string(status)) return status;
    }
    return std::nullopt;
}

}  // namespace cellwise::domain
