// SPDX-License-Identifier: Apache-2.0
#include "app/task_service.hpp"

#include "app/new_id.hpp"
#include "tests/scenarios/world.hpp"

#include "cellwise/domain/failure.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using domain::ExecuteType;
using domain::TaskCounters;
using domain::TaskPolicy;
using domain::TaskState;
using scenarios::kGood;

class Tasks : public ::testing::Test {
 protected:
    scenarios::World world;
    fakes::SeededRandom random{99};

    void SetUp() override { world.start_process(); }

    NewTask request(domain::TaskTargets targets, TaskPolicy policy = {}) {
        return {.app = world.app(),
                .name = "t",
                .package = world.package(),
                .targets = std::move(targets),
                .policy = policy};
    }
    std::string code_of(NewTask wanted) {
        const auto created = world.try_create_task(std::move(wanted));
        return created ? "created" : created.error().code;
    }
    TaskPolicy between(Duration start, Duration end) {
        return {.execute_type = ExecuteType::Custom,
                .start_time = world.clock.now() + start,
                .end_time = world.clock.now() + end};
    }
    void add_group(const std::string& name, const std::vector<DeviceId>& members) {
        const domain::Group group{.id = new_id<GroupId>(random), .app = world.app(), .name = name};
        world.change([&](ports::Transaction& tx) -> Status {
            if (auto inserted = tx.groups().insert(group); !inserted) return inserted;
            return tx.groups().add_members(group.id, members);
        });
    }
};

TEST_F(Tasks, RefuseWhatIsNotThere) {
    const auto device = world.add_device(kGood);
    auto without_package = request({.devices = {device}});
    without_package.package = new_id<PackageId>(random);
    EXPECT_EQ(code_of(without_package), "task.package.not_found");
    EXPECT_EQ(code_of(request({.devices = {device, new_id<DeviceId>(random)}})), "task.device.not_found");
    EXPECT_EQ(code_of(request({.groups = {"nobody"}})), "task.group.not_found");
    EXPECT_EQ(code_of(request({.product = new_id<ProductId>(random)})), "task.product.not_found");
}

TEST_F(Tasks, HideTheDevicesOfOtherApplications) {
    const auto device = world.add_device(kGood);
    auto foreign = request({.devices = {device}});
    foreign.app = new_id<AppId>(random);
    EXPECT_EQ(code_of(foreign), "task.device.not_found");
}

TEST_F(Tasks, RefuseADeviceOfAnotherModel) {
    const auto device = world.add_device(kGood);
    world.change([&](ports::Transaction& tx) -> Status {
        const domain::Product other{
            .id = new_id<ProductId>(random), .manufacturer_name = "M", .device_type = "T", .model = "other"};
        if (auto inserted = tx.products().insert(other); !inserted) return inserted;
        auto found = **tx.devices().find(device);
        found.product = other.id;
        return tx.devices().save(found);
    });
    EXPECT_EQ(code_of(request({.devices = {device}})), "task.device.mismatch");
}

TEST_F(Tasks, CheckTheTimesOfACustomPolicy) {
    const auto device = world.add_device(kGood);
    const auto with = [&](TaskPolicy policy) { return code_of(request({.devices = {device}}, policy)); };
    EXPECT_EQ(with({.execute_type = ExecuteType::Custom}), "task.policy.times_missing");
    EXPECT_EQ(with(between(-1s, 1h)), "task.policy.start_past");
    EXPECT_EQ(with(between(1h, 30min)), "task.policy.end_before_start");
    EXPECT_EQ(with(between(1h, 1h + 4min + 59s)), "task.policy.window_short");
    EXPECT_EQ(with(between(1h, 1h + 5min)), "created");
}

TEST_F(Tasks, StartNotBeforeTheirTimeAndBeginNothingAfterTheirEnd) {
    const auto on_time = world.add_device(kGood);
    const auto late = world.add_device(kGood, [](auto& nature) { nature.heartbeat = 3h; });
    const auto task = world.try_create_task(request({.devices = {on_time, late}}, between(30min, 40min)));
    ASSERT_TRUE(task);
    world.run_for(29min);
    EXPECT_EQ(world.task(task->id).state, TaskState::Wait);
    world.run_for(9min);
    EXPECT_EQ(world.task(task->id).counters, (TaskCounters{.total = 2, .processing = 1, .success = 1}));
    world.run_for(5min);
    EXPECT_EQ(world.task(task->id).state, TaskState::Failed);
    EXPECT_EQ(world.job(task->id, late).detail, domain::failure::kEndTime);
}

TEST_F(Tasks, GiveOneJobToADeviceThatIsInTwoGroups) {
    const auto devices = world.add_devices(5, kGood);
    add_group("a", {devices[0], devices[1], devices[2]});
    add_group("b", {devices[2], devices[3]});
    const auto task = world.try_create_task(request({.groups = {"a", "b"}}));
    ASSERT_TRUE(task);
    EXPECT_TRUE(world.run_until_ended(task->id, 30min));
    EXPECT_EQ(world.task(task->id).counters, (TaskCounters{.total = 4, .success = 4}));
    EXPECT_EQ(world.field.record(devices[4]).installs, 0);
}

TEST_F(Tasks, ReachTheDevicesThatFitAGroupsFilterWhenTheyStart) {
    const auto devices = world.add_devices(4, kGood, [](auto& nature) { nature.heartbeat = 10h; });
    const auto set_version = [&](const DeviceId& device, const char* text) {
        world.change([&](ports::Transaction& tx) {
            return tx.devices().record_version(device, *domain::Version::parse(text));
        });
    };
    const domain::Group group{.id = new_id<GroupId>(random),
                              .app = world.app(),
                              .name = "old",
                              .filter = domain::GroupFilter{.software_version = domain::Version::parse("V0.9")}};
    world.change([&](ports::Transaction& tx) { return tx.groups().insert(group); });
    set_version(devices[0], "V0.9");
    set_version(devices[1], "V0.9");
    const auto task = world.try_create_task(request({.groups = {"old"}}));
    ASSERT_TRUE(task);
    set_version(devices[1], "V1.0");
    set_version(devices[2], "V0.9");
    world.run_for(15s);
    EXPECT_EQ(world.task(task->id).counters.total, 2);
    EXPECT_EQ(world.job(task->id, devices[0]).task, task->id);
    EXPECT_EQ(world.job(task->id, devices[2]).task, task->id) << "it fits when the task starts";
}

TEST_F(Tasks, ReachEveryDeviceOfTheModelBatchByBatch) {
    const auto devices = world.add_devices(30, kGood);
    const auto task = world.try_create_task(request({.all = true}));
    ASSERT_TRUE(task);
    EXPECT_TRUE(world.run_until_ended(task->id, 30min));
    EXPECT_EQ(world.task(task->id).counters, (TaskCounters{.total = 30, .success = 30}));
}

TEST_F(Tasks, FailTheDevicesOfAModelThatMayNotBeUpgraded) {
    const auto device = world.add_device(kGood);
    world.change([&](ports::Transaction& tx) -> Status {
        auto product = **tx.products().find(world.product());
        product.supports_software_upgrade = false;
        return tx.products().save(product);
    });
    const auto task = world.create_task({device});
    EXPECT_TRUE(world.run_until_ended(task, 1min));
    EXPECT_EQ(world.job(task, device).detail, domain::failure::kUnsupported);
    EXPECT_EQ(world.field.record(device).downlinks, 0);
}

TEST_F(Tasks, AreErasedOnlyWhenTheyHaveEnded) {
    const auto task = world.create_task({world.add_device(kGood)});
    EXPECT_EQ(world.erase_task(task).error().code, "task.running");
    EXPECT_EQ(world.erase_task(new_id<TaskId>(random)).error().code, "task.not_found");
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    EXPECT_TRUE(world.erase_task(task));
    EXPECT_EQ(world.erase_task(task).error().code, "task.not_found");
}

TEST_F(Tasks, StoppedBeforeTheyStartUpgradeNobody) {
    const auto device = world.add_device(kGood);
    const auto task = world.create_task({device});
    ASSERT_TRUE(world.stop_task(task));
    world.run_for(5min);
    EXPECT_EQ(world.task(task).counters, (TaskCounters{.total = 1, .stop = 1}));
    EXPECT_EQ(world.field.record(device).downlinks, 0);
    EXPECT_EQ(world.stop_task(task).error().code, "task.finished");
    EXPECT_EQ(world.stop_task(new_id<TaskId>(random)).error().code, "task.not_found");
}

}  // namespace
}  // namespace cellwise::app
