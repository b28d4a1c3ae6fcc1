// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/inline_database.hpp"

#include "tests/adapters/sqlite/temporary_directory.hpp"
#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"

#include <gtest/gtest.h>

namespace cellwise::sqlite {
namespace {

using contract::is_ok;
using contract::product;

class InlineDatabaseTest : public testing::Test {
 protected:
    std::unique_ptr<InlineDatabase> open() {
        return InlineDatabase::open({.path = directory_.path() / "test.db", .sync = Sync::Off}).value();
    }
    void insert(unsigned n) {
        database_->write([n](ports::Transaction& tx) { return tx.products().insert(product(n)); },
                         [this](const Status&) { ++told_; });
    }
    std::size_t stored() {
        std::size_t count = 0;
        EXPECT_TRUE(is_ok(database_->read([&](ports::Transaction& tx) -> Status {
            count = tx.products().list({}).value().items.size();
            return {};
        })));
        return count;
    }

    TemporaryDirectory directory_;
    std::unique_ptr<InlineDatabase> database_ = open();
    int told_ = 0;
};

TEST_F(InlineDatabaseTest, TellsAndShowsNothingBeforeTheCommit) {
    insert(1);
    insert(2);
    EXPECT_EQ(database_->pending(), 2U);
    EXPECT_EQ(stored(), 0U);
    EXPECT_EQ(told_, 0);
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(database_->pending(), 0U);
    EXPECT_EQ(stored(), 2U);
    EXPECT_EQ(told_, 2);
}

TEST_F(InlineDatabaseTest, CountsCommitsThatHadSomethingToDo) {
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(database_->commit_count(), 0U);
    insert(1);
    insert(2);
    ASSERT_TRUE(is_ok(database_->commit()));
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(database_->commit_count(), 1U);
}

TEST_F(InlineDatabaseTest, LosesADiscardedGroup) {
    insert(1);
    ASSERT_TRUE(is_ok(database_->commit()));
    insert(2);
    database_->discard();
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(stored(), 1U);
    EXPECT_EQ(told_, 1);
    insert(2);
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(stored(), 2U);
}

TEST_F(InlineDatabaseTest, LosesAnOpenGroupAtItsEnd) {
    insert(1);
    ASSERT_TRUE(is_ok(database_->commit()));
    insert(2);
    database_.reset();
    EXPECT_EQ(told_, 1);
    database_ = open();
    EXPECT_EQ(stored(), 1U);
}

TEST_F(InlineDatabaseTest, BeginsTheNextGroupWithWhatADoneWrites) {
    database_->write([](ports::Transaction& tx) { return tx.products().insert(product(1)); },
                     [this](const Status&) { insert(2); });
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(stored(), 1U);
    EXPECT_EQ(database_->pending(), 1U);
    ASSERT_TRUE(is_ok(database_->commit()));
    EXPECT_EQ(stored(), 2U);
}

}  // namespace
}  // namespace cellwise::sqlite
