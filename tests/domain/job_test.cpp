// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/job.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

namespace cellwise::domain {
namespace {

struct Row {
    JobState state;
    const char* name;
    JobStatus status;
};

// The names are stored in the database; the statuses are the northbound API's.
constexpr std::array kRows{
    Row{JobState::Waiting, "waiting", JobStatus::Wait},
    Row{JobState::WaitingOnline, "waiting_online", JobStatus::Processing},
    Row{JobState::Querying, "querying", JobStatus::Processing},
    Row{JobState::WaitingConfirmation, "waiting_confirmation", JobStatus::Processing},
    Row{JobState::ReadingRadio, "reading_radio", JobStatus::Processing},
    Row{JobState::Queued, "queued", JobStatus::Processing},
    Row{JobState::Notifying, "notifying", JobStatus::Processing},
    Row{JobState::Downloading, "downloading", JobStatus::Processing},
    Row{JobState::Executing, "executing", JobStatus::Processing},
    Row{JobState::Updating, "updating", JobStatus::Processing},
    Row{JobState::Verifying, "verifying", JobStatus::Processing},
    Row{JobState::Suspended, "suspended", JobStatus::Processing},
    Row{JobState::WaitingRetry, "waiting_retry", JobStatus::Processing},
    Row{JobState::Succeeded, "succeeded", JobStatus::Success},
    Row{JobState::Failed, "failed", JobStatus::Fail},
    Row{JobState::Stopped, "stopped", JobStatus::Stop},
};

TEST(JobState, BearsItsLastingName) {
    for (const auto& row : kRows) {
        EXPECT_EQ(to_string(row.state), row.name);
        EXPECT_EQ(parse_job_state(row.name), row.state);
    }
    EXPECT_FALSE(parse_job_state(""));
    EXPECT_FALSE(parse_job_state("Waiting"));
    EXPECT_FALSE(parse_job_state("?"));
}

TEST(JobState, IsListedWithEveryOther) {
    ASSERT_EQ(kJobStates.size(), kRows.size());
    for (std::size_t i = 0; i < kRows.size(); ++i) EXPECT_EQ(kJobStates[i], kRows[i].state);
}

TEST(JobState, HasAStatusOfTheNorthboundApi) {
    for (const auto& row : kRows) EXPECT_EQ(status_of(row.state), row.status) << row.name;
}

TEST(JobState, IsFinishedWhenItsStatusIsFinal) {
    for (const auto& row : kRows) {
        const bool is_final = row.status != JobStatus::Wait && row.status != JobStatus::Processing;
        EXPECT_EQ(is_finished(row.state), is_final) << row.name;
    }
}

TEST(JobState, IsPrintedByName) {
    std::ostringstream out;
    out << JobState::WaitingOnline;
    EXPECT_EQ(out.str(), "waiting_online");
}

TEST(JobStatus, IsReadBackFromItsName) {
    EXPECT_EQ(to_string(JobStatus::Wait), "wait");
    EXPECT_EQ(to_string(JobStatus::Processing), "processing");
    EXPECT_EQ(to_string(JobStatus::Success), "success");
    EXPECT_EQ(to_string(JobStatus::Fail), "fail");
    EXPECT_EQ(to_string(JobStatus::Stop), "stop");
    for (const auto& row : kRows) EXPECT_EQ(parse_job_status(to_string(row.status)), row.status);
    EXPECT_FALSE(parse_job_status("failed"));
}

}  // namespace
}  // namespace cellwise::domain
