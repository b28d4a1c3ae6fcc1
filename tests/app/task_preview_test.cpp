// SPDX-License-Identifier: Apache-2.0
#include "app/task_preview.hpp"

#include "app/new_id.hpp"
#include "tests/scenarios/world.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using scenarios::kBad;
using scenarios::kGood;

class TaskPreviewTest : public ::testing::Test {
 protected:
    scenarios::World world;
    fakes::SeededRandom random{7};

    void SetUp() override { world.start_process(); }

    /// A device as the daemon knows it from its last registration.
    DeviceId add(const domain::RadioReport& radio, const char* version = "V1.0") {
        const auto id = world.add_device(radio);
        world.change([&](ports::Transaction& tx) -> Status {
            if (auto done = tx.devices().record_version(id, *domain::Version::parse(version)); !done) return done;
            return tx.registrations().save({.id = new_id<RegistrationId>(random),
                                            .device = id,
                                            .expires_at = world.clock.now() + 1h,
                                            .last_heard_at = world.clock.now(),
                                            .radio = radio});
        });
        return id;
    }
    Result<TaskPreview> preview(domain::TaskTargets targets) {
        const NewTask request{
            .app = world.app(), .name = "t", .package = world.package(), .targets = std::move(targets)};
        return preview_task(world.database(), request, {}, world.clock.now());
    }
    /// As the task that it is a preview of would expand.
    std::int64_t jobs_of(domain::TaskTargets targets) {
        const auto task = world.try_create_task(
            {.app = world.app(), .name = "t", .package = world.package(), .targets = std::move(targets)});
        world.run_for(15s);
        return world.task(task->id).counters.total;
    }
};

TEST_F(TaskPreviewTest, CountsCellsByTheLastRadioReport) {
    for (int i = 0; i < 3; ++i) add(kGood);
    for (int i = 0; i < 2; ++i) add(kBad);
    const auto silent = world.add_device(kGood);
    const auto found = preview({.all = true});
    ASSERT_TRUE(found) << found.error().code;
    EXPECT_EQ(found->devices, 6);
    EXPECT_EQ(found->examined, 6);
    EXPECT_FALSE(found->is_estimate());
    EXPECT_EQ(found->startable, 6);
    EXPECT_EQ(found->cells,
              (std::map<domain::CellKey, std::int64_t>{{scenarios::kGoodKey, 3}, {scenarios::kBadKey, 2}}));
    EXPECT_EQ(found->no_report, 1);
    EXPECT_EQ(found->never_said.count, 1);
    EXPECT_EQ(found->never_said.some, std::vector{silent});
}

TEST_F(TaskPreviewTest, SaysWhoCannotAndWhy) {
    const auto good = add(kGood);
    const auto current = add(kGood, "V2.0");
    const auto busy = add(kGood);
    world.create_task({busy});
    world.run_for(15s);
    const auto stranger = add(kGood);
    world.change([&](ports::Transaction& tx) -> Status {
        auto device = **tx.devices().find(stranger);
        device.product = ProductId{};
        return tx.devices().save(device);
    });
    const auto nobody = new_id<DeviceId>(random);
    const auto found = preview({.devices = {good, current, busy, stranger, nobody, good}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->examined, 5) << "one is named twice";
    EXPECT_EQ(found->startable, 1);
    EXPECT_EQ(found->at_target.some, std::vector{current});
    EXPECT_EQ(found->busy.some, std::vector{busy});
    EXPECT_EQ(found->other_model.some, std::vector{stranger});
    EXPECT_EQ(found->unknown.some, std::vector{nobody});
}

TEST_F(TaskPreviewTest, LooksAtSourceVersions) {
    world.change([&](ports::Transaction& tx) -> Status {
        auto package = **tx.packages().find(world.package());
        package.id = new_id<PackageId>(random);
        package.description.version = *domain::Version::parse("V3.0");
        package.description.source_versions = {"V1.*"};
        return tx.packages().insert(package);
    });
    PackageId picky;
    world.change([&](ports::Transaction& tx) -> Status {
        picky = tx.packages().list({.version = "V3.0"}, {})->items.at(0).id;
        return Status{};
    });
    add(kGood);
    const auto old = add(kGood, "V0.9");
    const NewTask request{.app = world.app(), .name = "t", .package = picky, .targets = {.all = true}};
    const auto found = preview_task(world.database(), request, {}, world.clock.now());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->startable, 1);
    EXPECT_EQ(found->wrong_source.some, std::vector{old});
}

TEST_F(TaskPreviewTest, SaysThatNobodyCanWhereTheModelMayNotBeUpgraded) {
    add(kGood);
    world.change([&](ports::Transaction& tx) -> Status {
        auto product = **tx.products().find(world.product());
        product.supports_software_upgrade = false;
        return tx.products().save(product);
    });
    const auto found = preview({.all = true});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->unsupported.count, 1);
    EXPECT_EQ(found->startable, 0);
}

TEST_F(TaskPreviewTest, CountsAGroupAsItsExpansionWill) {
    const auto member = add(kGood);
    add(kGood);
    const auto create = [this](const domain::Group& group, const std::vector<DeviceId>& members) {
        world.change([&](ports::Transaction& tx) -> Status {
            if (auto inserted = tx.groups().insert(group); !inserted) return inserted;
            return tx.groups().add_members(group.id, members);
        });
    };
    create({.id = new_id<GroupId>(random), .app = world.app(), .name = "list"}, {member});
    create({.id = new_id<GroupId>(random),
            .app = world.app(),
            .name = "filter",
            .filter = domain::GroupFilter{.software_version = domain::Version::parse("V1.0")}},
           {});
    const domain::TaskTargets both{.groups = {"list", "filter"}};
    const auto found = preview(both);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->devices, 2);
    EXPECT_EQ(jobs_of(both), 2);
    EXPECT_EQ(preview({.groups = {"none"}}).error().code, "task.group.not_found");
}

TEST_F(TaskPreviewTest, LooksAtABoundedNumberAndSaysThatTheRestIsAnEstimate) {
    world.change([&](ports::Transaction& tx) -> Status {
        for (int i = 0; i < 5'600; ++i) {
            const domain::Device device{.id = new_id<DeviceId>(random),
                                        .app = world.app(),
                                        .node_id = "many-" + std::to_string(i),
                                        .product = world.product()};
            if (auto inserted = tx.devices().insert(device); !inserted) return inserted;
        }
        return Status{};
    });
    const auto found = preview({.all = true});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->devices, 5'600);
    EXPECT_EQ(found->examined, 5'000);
    EXPECT_TRUE(found->is_estimate());
}

}  // namespace
}  // namespace cellwise::app
