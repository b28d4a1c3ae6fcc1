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
    std::unique_ptr<sqlite::InlineDatabase> database =
        std::move(*sqlite::InlineDatabase::open({.path = directory / "test.db", .sync = sqlite::Sync::Off}));
    domain::Device device{.id = new_id<DeviceId>(random), .node_id = "n", .product = new_id<ProductId>(random)};

    void SetUp() override {
        change([&](ports::Transaction& tx) -> Status {
            const domain::Product product{
                .id = device.product, .manufacturer_name = "m", .device_type = "t", .model = "x"};
            if (auto inserted = tx.products().insert(product); !inserted) return inserted;
            return tx.devices().insert(device);
        });
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
    Retention retention(*database, clock, 30min);
    retention.tick();
    ASSERT_TRUE(database->commit());
    EXPECT_EQ(kept(), 2U);
}

TEST_F(RetentionTest, GoesOnBatchByBatchUntilNothingOldIsLeft) {
    keep_uplinks(2'500);
    clock.advance(1h);
    Retention retention(*database, clock, 30min);
    retention.tick();
    while (database->pending() > 0) ASSERT_TRUE(database->commit());
    EXPECT_EQ(kept(), 0U);
}

}  // namespace
}  // namespace cellwise::app
