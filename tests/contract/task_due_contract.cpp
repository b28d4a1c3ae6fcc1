// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using domain::JobState;
using domain::Task;
using domain::TaskState;
using ports::Transaction;

/// A started task, wholly expanded, without an end.
Task started(unsigned n) {
    auto row = task(n);
    row.policy = {};
    row.state = TaskState::Processing;
    row.expanded = true;
    row.started_at = at_second(10);
    return row;
}

std::vector<unsigned> numbers(const std::vector<Task>& tasks) {
    std::vector<unsigned> out;
    for (const auto& row : tasks) out.push_back(static_cast<unsigned>(std::stoul(row.id.str())));
    return out;
}

TEST_P(TaskStoreContract, IsDueWhenItsStartHasCome) {
    auto row = task(1);
    row.due_at = at_second(10);
    row.policy.end_time = std::nullopt;
    given_task(row);
    const auto due = [this](std::int64_t second) {
        return see([&](Transaction& tx) { return tx.tasks().due(at_second(second), 10); }).value();
    };
    EXPECT_TRUE(due(9).empty());
    EXPECT_EQ(due(10), std::vector{row});
    EXPECT_EQ(due(11), std::vector{row});
}

TEST_P(TaskStoreContract, IsDueWhenItsEndTimeIsOver) {
    auto waiting = task(1);
    waiting.due_at = at_second(100);
    waiting.policy.end_time = at_second(50);
    auto running = started(2);
    running.policy.end_time = at_second(60);
    given_task(waiting);
    given_task(running);
    given_job(job_in(JobState::Downloading, 1, 2));
    const auto due = [this](std::int64_t second) {
        return numbers(see([&](Transaction& tx) { return tx.tasks().due(at_second(second), 10); }).value());
    };
    EXPECT_TRUE(due(49).empty());
    EXPECT_EQ(due(50), std::vector{1U});
    EXPECT_EQ(due(60), (std::vector{1U, 2U}));
}

TEST_P(TaskStoreContract, IsDueWhileItsJobsAreToBeMadeOrStartedAndWhenAllHaveEnded) {
    auto row = started(1);
    row.expanded = false;
    given_task(row);
    const auto is_due = [this] {
        return !see([](Transaction& tx) { return tx.tasks().due(at_second(0), 10); }).value().empty();
    };
    EXPECT_TRUE(is_due()) << "not wholly expanded";
    row.expanded = true;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(row); })));
    EXPECT_TRUE(is_due()) << "no job is unfinished";

    auto first = job(1);
    auto second = job_in(JobState::Downloading, 2);
    given_job(first);
    given_job(second);
    EXPECT_TRUE(is_due()) << "a job waits";
    first.state = JobState::WaitingOnline;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(first); })));
    EXPECT_FALSE(is_due()) << "the jobs go their way";
    first.state = JobState::Failed;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(first); })));
    EXPECT_FALSE(is_due());
    second.state = JobState::Succeeded;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(second); })));
    EXPECT_TRUE(is_due()) << "all have ended";

    row.state = TaskState::Failed;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(row); })));
    EXPECT_FALSE(is_due()) << "an ended task is never due";
}

TEST_P(TaskStoreContract, IsNotDueWhileItIsPausedButForItsEnd) {
    auto waiting = task(1);
    waiting.due_at = at_second(10);
    waiting.policy.end_time = at_second(50);
    auto running = started(2);
    running.policy.end_time = at_second(60);
    auto endless = started(3);
    for (const auto& row : {waiting, running, endless}) given_task(row);
    given_job(job(1, 2));
    given_job(job(2, 3));
    const auto pause = [this](unsigned n, bool paused) {
        return change([&](Transaction& tx) { return tx.tasks().set_paused(nth<TaskId>(n), paused, at_second(20)); })
            .value();
    };
    const auto due = [this](std::int64_t second) {
        return numbers(see([&](Transaction& tx) { return tx.tasks().due(at_second(second), 10); }).value());
    };
    EXPECT_EQ(due(20), (std::vector{1U, 2U, 3U}));
    for (const unsigned n : {1U, 2U, 3U}) EXPECT_TRUE(pause(n, true));
    EXPECT_TRUE(due(49).empty());
    EXPECT_EQ(due(50), std::vector{1U});
    EXPECT_EQ(due(60), (std::vector{1U, 2U}));
    EXPECT_TRUE(pause(3, false));
    EXPECT_EQ(due(20), std::vector{3U});
    ASSERT_TRUE(pause(3, true));
    auto ended = job_in(JobState::Failed, 2, 3);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(ended); })));
    EXPECT_EQ(due(20), std::vector{3U}) << "all have ended";
}

TEST_P(TaskStoreContract, IsPausedAndResumedWhateverElseIsSaved) {
    given_task(task(1));
    const auto stored = [this] {
        return see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value().value();
    };
    const auto pause = [this](bool paused, std::int64_t second) {
        return change(
                   [&](Transaction& tx) { return tx.tasks().set_paused(nth<TaskId>(1), paused, at_second(second)); })
            .value();
    };
    EXPECT_TRUE(pause(false, 5));
    EXPECT_EQ(stored(), task(1)) << "it was not paused";
    EXPECT_TRUE(pause(true, 6));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.tasks().save(task(1)); })));
    EXPECT_TRUE(stored().paused) << "who saves a copy that was read before undoes no pause";
    EXPECT_TRUE(pause(false, 7));
    EXPECT_FALSE(stored().paused);
    EXPECT_EQ(stored().resumed_at, at_second(7));
    EXPECT_FALSE(
        change([](Transaction& tx) { return tx.tasks().set_paused(nth<TaskId>(9), true, at_second(1)); }).value());
}

TEST_P(TaskStoreContract, AnswersWhatIsDueInOrderOfIdUpToALimit) {
    for (const unsigned n : {4U, 2U, 1U, 3U}) {
        auto row = task(n);
        row.due_at = at_second(10 - n);
        given_task(row);
    }
    auto ended = task(5);
    ended.state = TaskState::Stop;
    given_task(ended);
    const auto due = [this](std::uint32_t limit) {
        return numbers(see([&](Transaction& tx) { return tx.tasks().due(at_second(10), limit); }).value());
    };
    EXPECT_EQ(due(10), (std::vector{1U, 2U, 3U, 4U}));
    EXPECT_EQ(due(2), (std::vector{1U, 2U}));
}

}  // namespace
}  // namespace cellwise::contract
