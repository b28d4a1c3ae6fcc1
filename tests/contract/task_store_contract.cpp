// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using domain::Task;
using domain::TaskState;
using ports::TaskFilter;
using ports::Transaction;

TEST_P(TaskStoreContract, ReadsBackWhatWasInserted) {
    auto by_device = task(2);
    by_device.targets = {.devices = {nth<DeviceId>(3), nth<DeviceId>(1), nth<DeviceId>(2)}};
    auto by_group = task(3);
    by_group.targets = {.groups = {"north", hostile_text(), ""}};
    auto by_product = task(4);
    by_product.app = AppId{};
    by_product.name = hostile_text();
    by_product.targets = {.product = nth<ProductId>(5)};
    by_product.policy = {};
    by_product.state = TaskState::Failed;
    by_product.expanded = true;
    by_product.expansion_cursor = "";
    by_product.started_at = at_second(1);
    by_product.stopped_at = at_second(2);
    auto by_failure = task(5);
    by_failure.targets = {.retry_of = domain::RetryOf{.task = nth<TaskId>(1), .failed = false, .stopped = true}};
    auto by_both = task(6);
    by_both.targets = {.retry_of = domain::RetryOf{.task = nth<TaskId>(1), .failed = true, .stopped = true}};
    for (const auto& row : {task(1), by_device, by_group, by_product, by_failure, by_both}) {
        given_task(row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.tasks().find(row.id); }).value(), row);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(9)); }).value(), std::nullopt);
}

TEST_P(TaskStoreContract, RefusesASecondTaskOfTheSameId) {
    given_task(task(1));
    EXPECT_TRUE(is_conflict(change([](Transaction& tx) { return tx.tasks().insert(task(1)); }), "task.duplicate"));
}

TEST_P(TaskStoreContract, SavesAllButTheCounters) {
    given_task(task(1));
    given_job(job(1));
    auto changed = task(1);
    changed.name = "renamed";
    changed.targets = {.devices = {nth<DeviceId>(1)}};
    changed.policy.end_time = std::nullopt;
    changed.policy.retry_times = 0;
    changed.policy.app_confirm = false;
    changed.state = TaskState::Processing;
    changed.expanded = true;
    changed.expansion_cursor = hostile_text();
    changed.started_at = at_second(12);
    changed.counters = {.total = 77, .wait = 77};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(changed); })));
    changed.counters = {.total = 1, .wait = 1};
    EXPECT_EQ(see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value(), changed);
    changed.targets = {.groups = {"a", "b"}};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(changed); })));
    EXPECT_EQ(see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value(), changed);
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.tasks().save(task(2)); }), ErrorKind::NotFound,
                         "task.not_found"));
}

TEST_P(TaskStoreContract, ErasesATaskWhenAllHasEnded) {
    auto row = task(1);
    given_task(row);
    given_task(task(2));
    auto updating = job_in(domain::JobState::Updating, 1);
    given_job(updating);
    given_job(job(1, 2));
    const auto erase = [this] { return change([](Transaction& tx) { return tx.tasks().erase(nth<TaskId>(1)); }); };

    EXPECT_TRUE(is_conflict(erase(), "task.running"));
    row.state = TaskState::Stop;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(row); })));
    EXPECT_TRUE(is_conflict(erase(), "task.running")) << "a job is still installing";
    updating.state = domain::JobState::Succeeded;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.jobs().save(updating); })));
    EXPECT_TRUE(erase().value());
    EXPECT_FALSE(erase().value());
    EXPECT_EQ(see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(1)); }).value(), std::nullopt);
}

TEST_P(TaskStoreContract, IsNotErasedWhileARetryTakesOverItsDevices) {
    auto ended = task(1);
    ended.state = TaskState::Failed;
    given_task(ended);
    auto retry = task(2);
    retry.targets = {.retry_of = domain::RetryOf{.task = ended.id}};
    given_task(retry);
    const auto erase = [this] { return change([](Transaction& tx) { return tx.tasks().erase(nth<TaskId>(1)); }); };
    EXPECT_TRUE(is_conflict(erase(), "task.retried"));
    retry.expanded = true;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(retry); })));
    EXPECT_TRUE(erase().value());
}

TEST_P(TaskStoreContract, ErasesThoseThatEndedLongAgo) {
    const auto given = [this](unsigned n, TaskState state, std::int64_t ended) {
        auto row = task(n);
        row.state = state;
        row.stopped_at = at_second(ended);
        given_task(row);
    };
    given(1, TaskState::Success, 1);
    given(2, TaskState::Failed, 2);
    given(3, TaskState::Stop, 3);
    given(4, TaskState::Stop, 4);    // one of its jobs installs still
    given(5, TaskState::Failed, 5);  // is retried
    given(6, TaskState::Success, 20);
    given_task(task(7));
    given_job(job_in(domain::JobState::Updating, 1, 4));
    auto retry = task(8);
    retry.targets = {.retry_of = domain::RetryOf{.task = nth<TaskId>(5)}};
    given_task(retry);
    const auto erase = [this](std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.tasks().erase_ended_before(at_second(20), limit); }).value();
    };
    EXPECT_EQ(erase(2), 2);
    EXPECT_EQ(erase(2), 1);
    EXPECT_EQ(erase(2), 0);
    const auto left = see([](Transaction& tx) { return tx.tasks().list({}, {}); }).value().items;
    std::vector<std::string> ids;
    for (const auto& row : left) ids.push_back(row.id.str().substr(23));
    EXPECT_EQ(ids, (std::vector<std::string>{"8", "7", "6", "5", "4"}));
}

TEST_P(TaskStoreContract, ShowsAnErasedTaskToNobody) {
    auto row = task(1);
    row.state = TaskState::Success;
    row.targets = {.devices = {nth<DeviceId>(1)}};
    given_task(row);
    given_job(job_in(domain::JobState::Succeeded, 1));
    ASSERT_TRUE(change([](Transaction& tx) { return tx.tasks().erase(nth<TaskId>(1)); }).value());

    EXPECT_TRUE(is_error(change([&](Transaction& tx) { return tx.tasks().save(row); }), ErrorKind::NotFound,
                         "task.not_found"));
    for (const auto& filter : {TaskFilter{}, TaskFilter{.app = row.app}, TaskFilter{.state = TaskState::Success},
                               TaskFilter{.device = nth<DeviceId>(1)}}) {
        EXPECT_TRUE(see([&](Transaction& tx) { return tx.tasks().list(filter, {}); }).value().items.empty());
        EXPECT_EQ(see([&](Transaction& tx) { return tx.tasks().count(filter); }).value(), 0);
    }
}

TEST_P(TaskStoreContract, DeletesWhatErasedTasksLeftInBoundedSteps) {
    for (const unsigned n : {1U, 2U, 3U}) {
        auto row = task(n);
        row.state = TaskState::Success;
        row.targets = {.devices = {nth<DeviceId>(1), nth<DeviceId>(2)}};
        given_task(row);
    }
    for (const unsigned n : {1U, 2U, 3U, 4U}) given_job(job_in(domain::JobState::Succeeded, n, 1));
    given_job(job_in(domain::JobState::Failed, 5, 2));
    given_job(job_in(domain::JobState::Failed, 5, 3));
    const auto some = [this](std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.tasks().erase_remains(limit); }).value();
    };
    EXPECT_EQ(some(100), 0) << "nothing is erased yet";
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.tasks().erase(nth<TaskId>(n)); }).value());
    }
    // Two tasks with a list of targets each, and five jobs.
    EXPECT_EQ(some(3), 3);
    EXPECT_EQ(some(5), 5);
    EXPECT_EQ(some(5), 1);
    EXPECT_EQ(some(6), 0);
    for (const unsigned n : {1U, 2U, 3U, 4U}) {
        EXPECT_EQ(see([&](Transaction& tx) { return tx.jobs().find(job(n).id); }).value(), std::nullopt);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.jobs().find_last_finished(nth<DeviceId>(5)); }).value(),
              job_in(domain::JobState::Failed, 5, 3));
    const auto kept = see([](Transaction& tx) { return tx.tasks().find(nth<TaskId>(3)); }).value();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->targets.devices.size(), 2U);
    EXPECT_EQ(kept->counters.total, 1);
    given_task(task(1));  // its place is free again
}

struct TaskCase {
    TaskFilter filter;
    std::vector<unsigned> numbers;
};

TEST_P(TaskStoreContract, ListsAndCountsByEveryFilterNewestFirst) {
    auto of_other_model = package(2);
    of_other_model.description.manufacturer_name = "Maker 2";
    of_other_model.description.device_type = "Meter 2";
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.packages().insert(of_other_model); })));
    std::vector<Task> rows;
    for (unsigned n = 1; n <= 5; ++n) rows.push_back(task(n));
    rows[1].app = nth<AppId>(2);
    rows[1].package = nth<PackageId>(2);
    rows[2].state = TaskState::Processing;
    rows[3].state = TaskState::Success;
    rows[3].package = nth<PackageId>(2);
    rows[3].created_at = rows[2].created_at;  // as new as the third: the greater id comes first
    for (const auto& row : rows) given_task(row);
    for (const auto& row : {job(7, 2), job(7, 5), job(8, 5)}) given_job(row);
    rows[1].counters = {.total = 1, .wait = 1};
    rows[4].counters = {.total = 2, .wait = 2};

    const auto one = nth<AppId>(1);
    const std::vector<TaskCase> cases{
        {{}, {5, 4, 3, 2, 1}},
        {{.app = one}, {5, 4, 3, 1}},
        {{.state = TaskState::Wait}, {5, 2, 1}},
        {{.app = one, .state = TaskState::Wait}, {5, 1}},
        {{.device = nth<DeviceId>(7)}, {5, 2}},
        {{.device = nth<DeviceId>(8)}, {5}},
        {{.device = nth<DeviceId>(9)}, {}},
        {{.app = one, .device = nth<DeviceId>(7)}, {5}},
        {{.manufacturer_name = "Maker 2"}, {4, 2}},
        {{.manufacturer_name = "Maker 1", .device_type = "Meter 1", .model = "Model 1"}, {5, 3, 1}},
        {{.device_type = "Meter 2"}, {4, 2}},
        {{.model = "Model 1"}, {5, 4, 3, 2, 1}},
        {{.state = TaskState::Success, .manufacturer_name = "Maker 2"}, {4}},
        {{.manufacturer_name = hostile_text()}, {}},
    };
    for (const auto& each : cases) {
        std::vector<Task> wanted;
        for (const auto n : each.numbers) wanted.push_back(rows[n - 1]);
        const auto list = [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.tasks().list(each.filter, page); });
        };
        EXPECT_EQ(all_pages(1, list), wanted);
        EXPECT_EQ(all_pages(2, list), wanted);
        EXPECT_EQ(all_pages(50, list), wanted);
        const auto count = see([&](Transaction& tx) { return tx.tasks().count(each.filter); });
        EXPECT_EQ(count.value(), static_cast<std::int64_t>(wanted.size()));
    }
}

TEST_P(TaskStoreContract, FindsTasksOfAModelAfterTheirPackageIsGone) {
    auto row = task(1);
    row.state = TaskState::Success;
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    given_task(row);
    ASSERT_TRUE(change([](Transaction& tx) { return tx.packages().erase(nth<PackageId>(1)); }).value());
    const TaskFilter filter{.manufacturer_name = "Maker 1"};
    EXPECT_EQ(see([&](Transaction& tx) { return tx.tasks().count(filter); }).value(), 1);
}

TEST_P(TaskStoreContract, GoesOnWhereThePageEndedThoughTasksCameAndWent) {
    for (const unsigned n : {1U, 2U, 3U}) {
        auto row = task(n);
        row.state = TaskState::Success;
        given_task(row);
    }
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.tasks().list({}, page); }).value();
    };
    const auto first = list({.limit = 2});
    given_task(task(4));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.tasks().erase(nth<TaskId>(2)); })));
    const auto second = list({.limit = 2, .after = first.next});
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_EQ(second.items[0].id, nth<TaskId>(1));
    EXPECT_EQ(list({.limit = 2, .offset = 1}).items[0].id, nth<TaskId>(3));
}

TEST_P(TaskStoreContract, RefusesACursorOfAnotherList) {
    for (const std::string cursor : {"no number.x", "17", "", "1x.y"}) {
        const auto page = see([&](Transaction& tx) { return tx.tasks().list({}, {.after = cursor}); });
        if (cursor.empty()) {
            EXPECT_TRUE(is_ok(page));
        } else {
            EXPECT_TRUE(is_error(page, ErrorKind::InvalidInput, "page.cursor.malformed")) << cursor;
        }
    }
}

}  // namespace
}  // namespace cellwise::contract
