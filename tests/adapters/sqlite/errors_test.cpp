// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/errors.hpp"

#include "adapters/sqlite/migrator.hpp"
#include "adapters/sqlite/transaction.hpp"
#include "tests/adapters/sqlite/temporary_directory.hpp"
#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"

#include <gtest/gtest.h>

namespace cellwise::sqlite {
namespace {

using namespace contract;

class SqliteErrors : public testing::Test {
 protected:
    void SetUp() override {
        ASSERT_TRUE(is_ok(migrate(connection_)));
        ASSERT_TRUE(is_ok(tx_.products().insert(product(1))));
        ASSERT_TRUE(is_ok(tx_.devices().insert(device(1))));
        ASSERT_TRUE(is_ok(tx_.tasks().insert(task(1))));
        ASSERT_TRUE(is_ok(tx_.jobs().insert(job(1))));
    }

    TemporaryDirectory directory_;
    Connection connection_{directory_.path() / "test.db", Connection::Mode::ReadWrite, Sync::Off};
    Transaction tx_{connection_};
};

TEST_F(SqliteErrors, SayThatNoSpaceIsLeft) {
    connection_.database().exec("PRAGMA max_page_count = 1");  // of no effect below what is there: not one page more
    auto large = uplink(1, 1);
    large.payload.resize(100'000);
    EXPECT_TRUE(is_error(tx_.uplinks().append(large), ErrorKind::StorageFull, "database.full"));
    EXPECT_EQ(tx_.jobs().find(job(1).id).value(), job(1)) << "reads go on";
}

TEST_F(SqliteErrors, SayThatARowIsImpossible) {
    const std::vector<std::string> damages{
        "UPDATE jobs SET state = 'dreaming'",          "UPDATE jobs SET coverage = 'level9'",
        "UPDATE jobs SET device = 'somebody'",         "UPDATE jobs SET failures = -1",
        "UPDATE jobs SET chunks_served = 99999999999",
    };
    for (const auto& damage : damages) {
        connection_.run("BEGIN");
        connection_.database().exec(damage);
        EXPECT_TRUE(is_error(tx_.jobs().find(job(1).id), ErrorKind::Internal, "database.corrupt")) << damage;
        connection_.run("ROLLBACK");
        EXPECT_TRUE(is_ok(tx_.jobs().find(job(1).id)));
    }
}

TEST_F(SqliteErrors, NameTheColumnAndEscapeTheValueOfAnImpossibleRow) {
    connection_.database().exec("UPDATE jobs SET state = 'x' || char(27)");
    const auto found = tx_.jobs().find(job(1).id);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("state"), std::string::npos);
    EXPECT_NE(found.error().message.find(printable("\x1B")), std::string::npos) << found.error().message;
}

TEST_F(SqliteErrors, SayThatAConstraintBrokeThatNobodyExpects) {
    connection_.database().exec("CREATE UNIQUE INDEX odd ON uplinks (at)");
    ASSERT_TRUE(is_ok(tx_.uplinks().append(uplink(1, 1))));
    EXPECT_TRUE(is_error(tx_.uplinks().append(uplink(1, 1)), ErrorKind::Internal, "database.constraint"));
}

TEST_F(SqliteErrors, SayThatAnotherProcessHoldsTheDatabase) {
    connection_.database().setBusyTimeout(0);
    Connection other(directory_.path() / "test.db", Connection::Mode::ReadWrite, Sync::Off);
    other.run("BEGIN IMMEDIATE");
    EXPECT_TRUE(is_error(tx_.products().insert(product(2)), ErrorKind::Unavailable, "database.busy"));
}

}  // namespace
}  // namespace cellwise::sqlite
