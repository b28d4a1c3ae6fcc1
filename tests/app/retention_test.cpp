// SPDX-License-Identifier: Apache-2.0
#include "app/retention.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "app/new_id.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

class RetentionTest : public ::testing::Test {
 protected:
    fakes::TemporaryDirectory directory;
    fakes::ManualClock clock;
    fakes::SeededRandom random;
    std::unique_ptr<sqlite::InlineDatabase> database = open();
    domain::Device device{.id = new_id<DeviceId>(random), .node_id = "n", .product = new_id<ProductId>(random)};

    void SetUp() override {
        change([&](ports::Transaction& tx) -> Status {
            const domain::Product product{
                .id = device.product, .manufacturer_name = "m", .device_type = "t", .model = "x"};
            if (auto inserted = tx.products().insert(product); !inserted) return inserted;
            return tx.devices().insert(device);
        });
    }
    std::unique_ptr<sqlite::InlineDatabase> open() {
        return *sqlite::InlineDatabase::open({.path = directory / "test.db", .sync = sqlite::Sync::Off});
    }
    /// What was not committed is lost, as when the process is killed.
    void reopen() {
        database.reset();
        database = open();
    }
    void change(const ports::Database::Work& work) {
        Status outcome;
        database->write(work, [&](Status status) { outcome = std::move(status); });
        ASSERT_TRUE(database->commit());
        ASSERT_TRUE(outcome) << outcome.error().message;
    }
    void keep_uplinks(int count) {
        change([&](ports::Transaction& tx) -> Status {
            for (int i = 0; i < count; ++i) {
                if (auto kept = tx.uplinks().append({device.id, clock.now(), {1}}); !kept) return kept;
            }
            return Status{};
        });
    }
    /// An ended task of so many jobs, erased.
    void erase_task_of(int jobs) {
        const domain::Task task{.id = new_id<TaskId>(random), .state = domain::TaskState::Success};
        change([&](ports::Transaction& tx) -> Status {
            if (auto inserted = tx.tasks().insert(task); !inserted) return inserted;
            for (int i = 0; i < jobs; ++i) {
                const domain::Job job{.id = new_id<JobId>(random),
                                      .task = task.id,
                                      .device = new_id<DeviceId>(random),
                                      .state = domain::JobState::Succeeded};
                if (auto inserted = tx.jobs().insert(job); !inserted) return inserted;
            }
            const auto erased = tx.tasks().erase(task.id);
            return erased ? Status{} : Status{erased.error()};
        });
    }
    /// What erased tasks left and is still there; erases it.
    std::int64_t remains() {
        std::int64_t rows = 0;
        change([&](ports::Transaction& tx) -> Status {
            const auto erased = tx.tasks().erase_remains(1'000'000);
            if (!erased) return erased.error();
            rows = *erased;
            return Status{};
        });
        return rows;
    }
    std::size_t kept() {
        std::size_t count = 0;
        EXPECT_TRUE(database->read([&](ports::Transaction& tx) -> Status {
            count = tx.uplinks().list(device.id, {.limit = 1000})->items.size();
            return Status{};
        }));
        return count;
    }
};

TEST_F(RetentionTest, ErasesWhatIsOldAndKeepsWhatIsYoung) {
    keep_uplinks(3);
    clock.advance(1h);
    keep_uplinks(2);
    Retention retention(*database, clock, Retention::Periods{.uplinks = 30min});
    retention.tick();
    ASSERT_TRUE(database->commit());
    EXPECT_EQ(kept(), 2U);
}

TEST_F(RetentionTest, GoesOnBatchByBatchUntilNothingOldIsLeft) {
    keep_uplinks(2'500);
    clock.advance(1h);
    Retention retention(*database, clock, Retention::Periods{.uplinks = 30min});
    retention.tick();
    while (database->pending() > 0) ASSERT_TRUE(database->commit());
    EXPECT_EQ(kept(), 0U);
}

TEST_F(RetentionTest, ErasesTheJobsOfAnErasedTaskBatchByBatchSoThatOthersWriteInBetween) {
    erase_task_of(2'600);
    Retention retention(*database, clock, Retention::Periods{.uplinks = 30min});
    retention.tick();
    int groups = 0;
    while (database->pending() > 0) {
        ++groups;
        ASSERT_TRUE(database->commit());
    }
    EXPECT_GE(groups, 4) << "2,601 rows, and no group of a thousand or more";
    EXPECT_EQ(remains(), 0);
}

TEST_F(RetentionTest, GoesOnAfterARestartWithWhatErasedTasksLeft) {
    erase_task_of(2'600);
    auto killed = std::make_unique<Retention>(*database, clock, Retention::Periods{.uplinks = 30min});
    killed->tick();
    ASSERT_TRUE(database->commit());
    killed.reset();
    reopen();
    Retention retention(*database, clock, Retention::Periods{.uplinks = 30min});
    retention.tick();
    while (database->pending() > 0) ASSERT_TRUE(database->commit());
    EXPECT_EQ(remains(), 0);
}

TEST_F(RetentionTest, ErasesThePushesOfAnErasedApplicationBatchByBatchSoThatOthersWriteInBetween) {
    const domain::Application application{.id = new_id<AppId>(random)};
    change([&](ports::Transaction& tx) -> Status {
        if (auto inserted = tx.applications().insert(application); !inserted) return inserted;
        for (int i = 0; i < 2'600; ++i) {
            const domain::Push push{.app = application.id, .device = new_id<DeviceId>(random)};
            if (auto appended = tx.outbox().append(push); !appended) return appended.error();
        }
        const auto erased = tx.applications().erase(application.id);
        return erased ? Status{} : Status{erased.error()};
    });
    Retention retention(*database, clock, Retention::Periods{.uplinks = 30min});
    retention.tick();
    int groups = 0;
    for (; database->pending() > 0; ++groups) ASSERT_TRUE(database->commit());
    EXPECT_GE(groups, 4) << "2,601 rows, and no group of a thousand or more";
    EXPECT_TRUE(database->read([](ports::Transaction& tx) -> Status {
        EXPECT_EQ(tx.outbox().next_due().value(), std::nullopt);
        return {};
    }));
}

TEST_F(RetentionTest, ErasesTasksThatEndedLongAgoWithTheirJobsAndNoOthers) {
    const auto insert = [this](domain::TaskState state) {
        const domain::Task task{.id = new_id<TaskId>(random), .state = state, .stopped_at = clock.now()};
        change([&](ports::Transaction& tx) -> Status {
            if (auto inserted = tx.tasks().insert(task); !inserted) return inserted;
            return tx.jobs().insert(
                {.id = new_id<JobId>(random),
                 .task = task.id,
                 .device = new_id<DeviceId>(random),
                 .state = domain::is_finished(state) ? domain::JobState::Failed : domain::JobState::Waiting});
        });
        return task.id;
    };
    const auto old = insert(domain::TaskState::Failed);
    const auto running = insert(domain::TaskState::Processing);
    clock.advance(100h);
    const auto young = insert(domain::TaskState::Success);
    const auto is_there = [this](const TaskId& id) {
        bool found = false;
        EXPECT_TRUE(database->read([&](ports::Transaction& tx) -> Status {
            found = tx.tasks().find(id)->has_value();
            return Status{};
        }));
        return found;
    };
    Retention retention(*database, clock, Retention::Periods{.tasks = 99h});
    for (int minute = 0; minute < 3; ++minute) {
        retention.tick();
        while (database->pending() > 0) ASSERT_TRUE(database->commit());
    }
    EXPECT_FALSE(is_there(old));
    EXPECT_TRUE(is_there(running));
    EXPECT_TRUE(is_there(young));
    EXPECT_EQ(remains(), 0) << "its jobs went, too";
}

TEST_F(RetentionTest, ErasesOldDeadLettersAndOldEventsPieceByPiece) {
    const auto append = [this](int count) {
        change([&](ports::Transaction& tx) -> Status {
            for (int i = 0; i < count; ++i) {
                const auto kept =
                    tx.outbox().append({.device = new_id<DeviceId>(random), .due_at = clock.now(), .dead = true});
                if (!kept) return kept.error();
                if (auto told = tx.timeline().append({.device = device.id, .at = clock.now()}); !told) return told;
            }
            return Status{};
        });
    };
    append(700);
    clock.advance(2h);
    append(3);
    Retention retention(*database, clock, Retention::Periods{.dead_letters = 1h, .events = 1h});
    retention.tick();
    while (database->pending() > 0) ASSERT_TRUE(database->commit());
    EXPECT_TRUE(database->read([&](ports::Transaction& tx) -> Status {
        EXPECT_EQ(tx.outbox().count(true).value(), 3);
        EXPECT_EQ(tx.timeline().list(device.id, {.limit = 1000})->items.size(), 3U);
        return Status{};
    }));
}

}  // namespace
}  // namespace cellwise::app
