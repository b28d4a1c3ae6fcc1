// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <random>

namespace cellwise::contract {
namespace {

using domain::Job;
using domain::JobState;
using domain::JobStatus;
using domain::TaskCounters;
using ports::Transaction;

std::ostream& print(std::ostream& out, const TaskCounters& c) {
    return out << c.total << " = " << c.wait << '+' << c.processing << '+' << c.success << '+' << c.fail << '+'
               << c.stop << ", timeout " << c.timeout;
}

TaskCounters count(const std::vector<Job>& jobs) {
    TaskCounters out;
    for (const auto& row : jobs) {
        ++out.total;
        const auto status = domain::status_of(row.state);
        out.wait += status == JobStatus::Wait;
        out.processing += status == JobStatus::Processing;
        out.success += status == JobStatus::Success;
        out.fail += status == JobStatus::Fail;
        out.stop += status == JobStatus::Stop;
        out.timeout += status == JobStatus::Fail && row.timed_out;
    }
    return out;
}

TEST_P(JobStoreContract, KeepsTheCountersRightAfterEveryChange) {
    given_task(task(1));
    given_task(task(2));
    const auto expect = [this](const TaskCounters& wanted) {
        const auto stored = see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value();
        EXPECT_EQ(stored->counters, wanted);
    };
    const auto save = [this](const Job& row) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(row); })));
    };
    expect({});
    auto row = job(1);
    given_job(row);
    given_job(job(1, 2));
    expect({.total = 1, .wait = 1});
    given_job(job_in(JobState::Succeeded, 2));
    expect({.total = 2, .wait = 1, .success = 1});
    row.state = JobState::WaitingOnline;
    save(row);
    expect({.total = 2, .processing = 1, .success = 1});
    row.state = JobState::Downloading;
    row.timed_out = true;  // about to fail for it
    save(row);
    expect({.total = 2, .processing = 1, .success = 1});
    row.state = JobState::Failed;
    save(row);
    expect({.total = 2, .success = 1, .fail = 1, .timeout = 1});
    row.timed_out = false;
    save(row);
    expect({.total = 2, .success = 1, .fail = 1});
    row.state = JobState::Stopped;
    save(row);
    expect({.total = 2, .success = 1, .stop = 1});
}

TEST_P(JobStoreContract, LeavesTheCountersAloneWhenAChangeIsUndone) {
    given_task(task(1));
    given_job(job(1));
    const auto failed = change([](Transaction& tx) -> Status {
        if (auto saved = tx.jobs().save(job_in(JobState::Succeeded, 1)); !saved) return saved;
        if (auto inserted = tx.jobs().insert(job(2)); !inserted) return inserted;
        return conflict("contract.test", "on purpose");
    });
    EXPECT_TRUE(is_conflict(failed, "contract.test"));
    const TaskCounters wanted{.total = 1, .wait = 1};
    EXPECT_EQ(see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value()->counters, wanted);
}

TEST_P(JobStoreContract, KeepsTheCountersOverARandomWalk) {
    given_task(task(1));
    std::vector<Job> jobs;
    std::mt19937 random(4711);  // NOLINT: the same walk every time
    for (int step = 0; step < 400; ++step) {
        if (jobs.size() < 30 && random() % 4 == 0) {
            jobs.push_back(job_in(domain::kJobStates[random() % domain::kJobStates.size()],
                                  static_cast<unsigned>(jobs.size()) + 1));
            given_job(jobs.back());
        } else if (!jobs.empty()) {
            auto& row = jobs[random() % jobs.size()];
            row.state = domain::kJobStates[random() % domain::kJobStates.size()];
            row.timed_out = random() % 2 == 0;
            ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(row); })));
        }
        const auto stored = see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value();
        ASSERT_EQ(stored->counters, count(jobs)) << [&] {
            std::ostringstream text;
            print(print(text << "step " << step << ": ", stored->counters) << " not ", count(jobs));
            return text.str();
        }();
    }
}

}  // namespace
}  // namespace cellwise::contract
