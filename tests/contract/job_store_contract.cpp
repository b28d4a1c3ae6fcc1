// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace cellwise::contract {
namespace {

using domain::Job;
using domain::JobState;
using domain::JobStatus;
using ports::Transaction;

/// Every stored field set to something.
Job filled(unsigned n) {
    auto row = job(n);
    row.state = JobState::Downloading;
    row.deadline = at_second(500);
    row.failures = 2;
    row.executes_sent = 3;
    row.source_version = hostile_version();
    row.current_version = version("1234567890123456");
    row.cell = domain::CellKey{{"4711"}, domain::CoverageClass::Level2};
    row.holds_slot = true;
    row.detail = hostile_text();
    row.timed_out = true;
    row.started_at = at_second(3);
    row.ended_at = at_second(4);
    row.chunks_served = 65'535;
    return row;
}

TEST_P(JobStoreContract, ReadsBackWhatWasInserted) {
    given_task(task(1));
    auto no_cell = job(3);
    no_cell.cell = domain::CellKey{{""}, domain::CoverageClass::NoCell};
    for (const auto& row : {filled(1), job(2), no_cell}) {
        given_job(row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.jobs().find(row.id); }).value(), row);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.jobs().find(job(9).id); }).value(), std::nullopt);
}

TEST_P(JobStoreContract, ReadsBackEveryStateByName) {
    given_task(task(1));
    unsigned n = 0;
    for (const auto state : domain::kJobStates) {
        const auto row = job_in(state, ++n);
        given_job(row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.jobs().find(row.id); }).value(), row);
    }
}

TEST_P(JobStoreContract, SavesEveryHardFieldAndTheProgress) {
    given_task(task(1));
    given_job(job(1));
    auto row = filled(1);
    const auto save = [&] {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.jobs().find(row.id); }).value(), row);
    };
    save();
    row.chunks_served = 1;  // nothing but progress
    save();
    row.failures = row.executes_sent = 9;
    row.source_version = row.current_version = {};
    row.cell = std::nullopt;
    row.holds_slot = false;
    row.detail = "";
    row.timed_out = false;
    row.started_at = std::nullopt;
    save();
    row.deadline = std::nullopt;
    save();
    row.state = JobState::Executing;
    row.deadline = at_second(7);
    save();
    row.ended_at = std::nullopt;
    save();
    row.state = JobState::Succeeded;
    row.ended_at = at_second(8);
    save();
}

TEST_P(JobStoreContract, ForgetsSoftStateOnSaving) {
    given_task(task(1));
    auto row = job_in(JobState::Notifying, 1);
    given_job(row);
    const auto hard = row;
    row.delivery = domain::Delivery::InFlight;
    row.idle_deadline = at_second(1);
    row.held = domain::HeldRequest{domain::pcp::DownloadReport{domain::pcp::ResultCode::Ok}};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(row); })));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.jobs().find(row.id); }).value(), hard);
}

TEST_P(JobStoreContract, RefusesASecondJobOfADeviceInOneTask) {
    given_task(task(1));
    given_task(task(2));
    given_job(job(1));
    auto second = job(1);
    second.id = nth<JobId>(77);
    EXPECT_TRUE(is_conflict(change([&](Transaction& tx) { return tx.jobs().insert(second); }), "job.duplicate"));
    EXPECT_TRUE(is_ok(change([](Transaction& tx) { return tx.jobs().insert(job(1, 2)); })));
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.jobs().insert(job(1, 3)); }), ErrorKind::NotFound,
                         "task.not_found"));
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.jobs().save(job(2)); }), ErrorKind::NotFound,
                         "job.not_found"));
}

TEST_P(JobStoreContract, GoesOnAfterADuplicateInTheSameTransaction) {
    given_task(task(1));
    const auto inserted = change([](Transaction& tx) -> Status {
        if (auto first = tx.jobs().insert(job(1)); !first) return first;
        if (tx.jobs().insert(job(1))) return internal_error("contract.test", "no conflict");
        return tx.jobs().insert(job(2));
    });
    ASSERT_TRUE(is_ok(inserted));
    EXPECT_EQ(see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value()->counters.total, 2);
}

TEST_P(JobStoreContract, InsertsTheJobsOfATaskAtOnceAndCountsThem) {
    given_task(task(1));
    given_job(job(2));
    auto again = job(2);
    again.id = nth<JobId>(77);
    const std::vector<Job> jobs{job(1), again, job(3)};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().insert_all(jobs); })));
    EXPECT_EQ(see([](Transaction& tx) { return tx.jobs().find(job(1).id); }).value(), job(1));
    EXPECT_EQ(see([](Transaction& tx) { return tx.jobs().find(job(3).id); }).value(), job(3));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.jobs().find(again.id); }).value(), std::nullopt)
        << "its device has a job of the task already";
    const auto counters = see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value()->counters;
    EXPECT_EQ(counters, (domain::TaskCounters{.total = 3, .wait = 3}));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.jobs().insert_all({}); })));
}

TEST_P(JobStoreContract, InsertsNoneOfTheJobsOfATaskThatIsNotThere) {
    const std::vector<Job> jobs{job(1)};
    EXPECT_TRUE(is_error(change([&](Transaction& tx) { return tx.jobs().insert_all(jobs); }), ErrorKind::NotFound,
                         "task.not_found"));
    EXPECT_EQ(see([](Transaction& tx) { return tx.jobs().find(job(1).id); }).value(), std::nullopt);
}

TEST_P(JobStoreContract, FindsTheOneJobThatRuns) {
    given_task(task(1));
    given_task(task(2));
    const auto find = [this] {
        return see([](Transaction& tx) { return tx.jobs().find_running(nth<DeviceId>(1)); }).value();
    };
    auto row = job(1);
    given_job(row);
    given_job(job(1, 2));
    for (const auto state : domain::kJobStates) {
        row.state = state;
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(row); })));
        const bool runs = state != JobState::Waiting && !domain::is_finished(state);
        EXPECT_EQ(find(), runs ? std::optional(row) : std::nullopt) << state;
    }
}

TEST_P(JobStoreContract, RefusesASecondRunningJobOfADevice) {
    for (const unsigned n : {1U, 2U, 3U}) given_task(task(n));
    auto first = job_in(JobState::WaitingOnline, 1, 1);
    auto second = job(1, 2);
    given_job(first);
    given_job(second);
    second.state = JobState::Querying;
    const auto start_second = [&] { return change([&](Transaction& tx) { return tx.jobs().save(second); }); };
    EXPECT_TRUE(is_conflict(start_second(), "job.device_busy"));
    EXPECT_TRUE(
        is_conflict(change([](Transaction& tx) { return tx.jobs().insert(job_in(JobState::Suspended, 1, 3)); }),
                    "job.device_busy"));
    EXPECT_EQ(see([](Transaction& tx) { return tx.jobs().find(job(1, 2).id); }).value(), job(1, 2));

    first.state = JobState::Failed;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(first); })));
    EXPECT_TRUE(is_ok(start_second()));
}

TEST_P(JobStoreContract, FindsTheJobThatEndedLast) {
    for (unsigned n = 1; n <= 4; ++n) given_task(task(n));
    const auto ended = [](unsigned of_task, JobState state, std::optional<Timestamp> when) {
        auto row = job_in(state, 1, of_task);
        row.ended_at = when;
        return row;
    };
    const auto find = [this] {
        return see([](Transaction& tx) { return tx.jobs().find_last_finished(nth<DeviceId>(1)); }).value();
    };
    EXPECT_EQ(find(), std::nullopt);
    const auto last = ended(1, JobState::Failed, at_second(9));
    given_job(last);
    given_job(ended(2, JobState::Succeeded, at_second(5)));
    given_job(ended(3, JobState::Stopped, std::nullopt));
    given_job(ended(4, JobState::Updating, at_second(99)));
    EXPECT_EQ(find(), last);
}

TEST_P(JobStoreContract, ListsATasksJobsByCreation) {
    given_task(task(1));
    given_task(task(2));
    const std::vector rows{job_in(JobState::Succeeded, 5), job(3), job_in(JobState::Queued, 4),
                           job_in(JobState::Updating, 1), job_in(JobState::Failed, 2)};
    for (const auto& row : rows) given_job(row);
    given_job(job(9, 2));
    const auto expect = [&](std::optional<JobStatus> status, const std::vector<Job>& wanted) {
        const auto list = [&](const ports::PageRequest& page) {
            return see(
                [&](Transaction& tx) { return tx.jobs().list({.task = nth<TaskId>(1), .status = status}, page); });
        };
        EXPECT_EQ(all_pages(1, list), wanted);
        EXPECT_EQ(all_pages(2, list), wanted);
        EXPECT_EQ(all_pages(50, list), wanted);
    };
    expect(std::nullopt, rows);
    expect(JobStatus::Wait, {rows[1]});
    expect(JobStatus::Processing, {rows[2], rows[3]});
    expect(JobStatus::Success, {rows[0]});
    expect(JobStatus::Fail, {rows[4]});
    expect(JobStatus::Stop, {});
    const auto second =
        see([](Transaction& tx) { return tx.jobs().list({.task = nth<TaskId>(1)}, {.limit = 2, .offset = 2}); });
    EXPECT_EQ(second.value().items, (std::vector{rows[2], rows[3]}));
    const auto page = see([](Transaction& tx) { return tx.jobs().list({.task = nth<TaskId>(1)}, {.after = "x"}); });
    EXPECT_TRUE(is_error(page, ErrorKind::InvalidInput, "page.cursor.malformed"));
}

TEST_P(JobStoreContract, FollowsAJobFromStatusToStatus) {
    given_task(task(1));
    auto row = job(1);
    given_job(row);
    for (const auto state : domain::kJobStates) {
        row.state = state;
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(row); })));
        for (const auto status :
             {JobStatus::Wait, JobStatus::Processing, JobStatus::Success, JobStatus::Fail, JobStatus::Stop}) {
            const auto page =
                see([&](Transaction& tx) { return tx.jobs().list({.task = nth<TaskId>(1), .status = status}, {}); });
            EXPECT_EQ(page.value().items.size(), domain::status_of(state) == status ? 1U : 0U);
        }
    }
}

TEST_P(JobStoreContract, ListsTheJobsInOneStateByCreation) {
    given_task(task(1));
    given_task(task(2));
    for (const unsigned n : {3U, 1U, 2U}) given_job(job(n));
    given_job(job_in(JobState::Queued, 4));
    given_job(job(5, 2));
    given_job(job_in(JobState::Queued, 6));
    given_job(job_in(JobState::Downloading, 7));
    given_job(job_in(JobState::Failed, 8));
    const auto list = [this](JobState state, std::optional<JobStatus> status = {}) {
        return all_pages(2, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) {
                return tx.jobs().list({.task = nth<TaskId>(1), .status = status, .state = state}, page);
            });
        });
    };
    EXPECT_EQ(list(JobState::Waiting), (std::vector{job(3), job(1), job(2)}));
    EXPECT_EQ(list(JobState::Queued), (std::vector{job_in(JobState::Queued, 4), job_in(JobState::Queued, 6)}));
    EXPECT_EQ(list(JobState::Failed), std::vector{job_in(JobState::Failed, 8)});
    EXPECT_TRUE(list(JobState::Stopped).empty());
    EXPECT_EQ(list(JobState::Downloading, JobStatus::Processing), std::vector{job_in(JobState::Downloading, 7)});
    EXPECT_TRUE(list(JobState::Downloading, JobStatus::Fail).empty()) << "no job is in it and has that status";
}

TEST_P(JobStoreContract, AnswersOverdueJobsEarliestFirst) {
    given_task(task(1));
    const auto until = [](unsigned n, JobState state, std::optional<Timestamp> deadline) {
        auto row = job_in(state, n);
        row.deadline = deadline;
        return row;
    };
    const auto late = until(1, JobState::Updating, at_second(20));
    const auto early = until(2, JobState::WaitingOnline, at_second(10));
    given_job(late);
    given_job(early);
    given_job(until(3, JobState::Queued, std::nullopt));
    given_job(until(4, JobState::Failed, at_second(1)));
    given_job(until(5, JobState::Downloading, at_second(21)));
    const auto overdue = [this](std::int64_t second, std::uint32_t limit) {
        return see([&](Transaction& tx) { return tx.jobs().overdue(at_second(second), limit); }).value();
    };
    EXPECT_TRUE(overdue(9, 10).empty());
    EXPECT_EQ(overdue(10, 10), std::vector{early}) << "at the very moment";
    EXPECT_EQ(overdue(20, 10), (std::vector{early, late}));
    EXPECT_EQ(overdue(20, 1), std::vector{early});
}

TEST_P(JobStoreContract, FindsTheJobThatATaskHasOfADevice) {
    given_task(task(1));
    given_task(task(2));
    given_job(job_in(JobState::Succeeded, 1, 1));
    given_job(job(1, 2));
    given_job(job(2, 1));
    const auto of = [this](unsigned task, unsigned device) {
        return see([&](Transaction& tx) { return tx.jobs().find_of(nth<TaskId>(task), nth<DeviceId>(device)); })
            .value();
    };
    EXPECT_EQ(of(1, 1), job_in(JobState::Succeeded, 1, 1));
    EXPECT_EQ(of(2, 1), job(1, 2));
    EXPECT_EQ(of(2, 2), std::nullopt);
}

TEST_P(JobStoreContract, AnswersEveryJobThatHasToLiveOnceAtStart) {
    given_task(task(1));
    given_task(task(2));
    std::set<std::string> wanted;
    unsigned n = 20;
    for (const auto state : domain::kJobStates) {
        --n;
        const auto row = job_in(state, n, n % 2 + 1);
        given_job(row);
        const bool waits = state == JobState::Waiting || state == JobState::WaitingOnline ||
                           state == JobState::WaitingConfirmation || state == JobState::WaitingRetry;
        if (!waits && !domain::is_finished(state)) wanted.insert(row.id.str());
    }
    std::set<std::string> found;
    JobId after;
    while (true) {
        const auto some = see([&](Transaction& tx) { return tx.jobs().live(after, 2); }).value();
        if (some.empty()) break;
        EXPECT_LE(some.size(), 2U);
        for (const auto& row : some) EXPECT_TRUE(found.insert(row.id.str()).second) << row.id;
        after = some.back().id;
    }
    EXPECT_EQ(found, wanted);
    EXPECT_TRUE(is_error(see([](Transaction& tx) { return tx.jobs().live(nth<JobId>(99), 2); }), ErrorKind::NotFound,
                         "job.not_found"));
}

}  // namespace
}  // namespace cellwise::contract
