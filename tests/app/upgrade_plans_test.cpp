// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_plans.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "app/new_id.hpp"
#include "tests/fakes/memory_package_files.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

class Plans : public ::testing::Test {
 protected:
    fakes::TemporaryDirectory directory;
    fakes::SeededRandom random;
    fakes::MemoryPackageFiles files;
    std::unique_ptr<sqlite::InlineDatabase> database =
        *sqlite::InlineDatabase::open({.path = directory / "test.db", .sync = sqlite::Sync::Off});
    domain::Product product{.id = new_id<ProductId>(random),
                            .manufacturer_name = "m",
                            .device_type = "t",
                            .model = "x",
                            .supports_software_upgrade = true};
    domain::Package package{.id = new_id<PackageId>(random),
                            .description = {.file_name = "f",
                                            .version = *domain::Version::parse("V2.0"),
                                            .device_type = "t",
                                            .manufacturer_name = "m",
                                            .model = "x",
                                            .version_check_code = "1234",
                                            .chunk_size = 100},
                            .archive_sha256 = "a",
                            .payload_sha256 = "p",
                            .payload_size = 250,
                            .chunk_count = 3};
    domain::Task task{.id = new_id<TaskId>(random),
                      .package = package.id,
                      .targets = {.all = true},
                      .policy = {.retry_times = 2, .retry_interval = Duration{5'000}}};
    UpgradePlans plans{*database, files, {}, domain::SlotHold::Upgrade, {}};

    void store() {
        Bytes payload(250);
        for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i);
        files.put("p", payload);
        Status outcome;
        database->write(
            [&](ports::Transaction& tx) -> Status {
                if (auto inserted = tx.products().insert(product); !inserted) return inserted;
                if (auto inserted = tx.packages().insert(package); !inserted) return inserted;
                return tx.tasks().insert(task);
            },
            [&](Status status) { outcome = std::move(status); });
        ASSERT_TRUE(database->commit());
        ASSERT_TRUE(outcome) << outcome.error().message;
    }
};

TEST_F(Plans, SayWhatTheNoticeSaysAndHowOftenToRetry) {
    store();
    const auto plan = plans.of(task.id);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ((*plan)->notice, (domain::pcp::NewVersionNotice{*domain::Version::parse("V2.0"), 100, 3, 0x1234}));
    EXPECT_EQ((*plan)->plan.retry_times, 2U);
    EXPECT_EQ((*plan)->plan.chunk_count, 3U);
}

TEST_F(Plans, CutThePayloadIntoChunksTheLastOneShort) {
    store();
    const auto plan = *plans.of(task.id);
    EXPECT_EQ(plan->chunk(0).size(), 100U);
    EXPECT_EQ(plan->chunk(2).size(), 50U);
    EXPECT_EQ(plan->chunk(2)[0], 200);
    EXPECT_TRUE(plan->chunk(9).empty());
}

TEST_F(Plans, SendNoCheckCodeToAProductThatWantsNone) {
    product.check_code_always_zero = true;
    store();
    EXPECT_EQ((*plans.of(task.id))->notice.check_code, 0);
}

TEST_F(Plans, AreSharedByTheJobsOfATask) {
    store();
    EXPECT_EQ(plans.of(task.id)->get(), plans.of(task.id)->get());
}

TEST_F(Plans, TakeNewLimitsWhenTheyAreAskedForAgain) {
    store();
    const auto former = *plans.of(task.id);
    plans.set_limits({.update = Duration{1'234}});
    ASSERT_TRUE(files.erase("p"));  // what is mapped stays mapped
    const auto renewed = *plans.of(task.id);
    EXPECT_EQ(renewed->plan.limits.update, Duration{1'234});
    EXPECT_EQ(renewed->notice, former->notice);
    EXPECT_EQ(renewed->payload, former->payload);
    EXPECT_NE(former->plan.limits.update, Duration{1'234}) << "others may be reading it";
}

TEST_F(Plans, AreNotMadeForATaskThatIsGone) { EXPECT_EQ(plans.of(task.id).error().code, "task.package.not_found"); }

TEST_F(Plans, AreMadeWithoutAPayloadThatCannotBeRead) {
    store();
    ASSERT_TRUE(files.erase("p"));
    const auto plan = plans.of(task.id);
    ASSERT_TRUE(plan);
    EXPECT_EQ((*plan)->payload, nullptr);
}

}  // namespace
}  // namespace cellwise::app
