// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <stdexcept>

namespace cellwise::contract {
namespace {

using ports::Transaction;

Status insert_product(Transaction& tx, unsigned n) { return tx.products().insert(product(n)); }

TEST_P(TransactionContract, TellsInTheOrderOfTheCalls) {
    std::vector<unsigned> told;
    for (unsigned n = 1; n <= 20; ++n) {
        database().write([n](Transaction& tx) { return insert_product(tx, n % 10); },
                         [n, &told](const Status& status) {
                             told.push_back(n);
                             EXPECT_EQ(status.has_value(), n <= 10) << "the second ten are there already";
                         });
    }
    settle();
    std::vector<unsigned> wanted;
    for (unsigned n = 1; n <= 20; ++n) wanted.push_back(n);
    EXPECT_EQ(told, wanted);
}

TEST_P(TransactionContract, UndoesOnlyTheWorkThatFailed) {
    std::vector<Status> told;
    const auto note = [&](Status status) { told.push_back(std::move(status)); };
    database().write([](Transaction& tx) { return insert_product(tx, 1); }, note);
    database().write(
        [](Transaction& tx) -> Status {
            if (auto inserted = insert_product(tx, 2); !inserted) return inserted;
            return conflict("contract.test", "on purpose");
        },
        note);
    database().write(
        [](Transaction& tx) -> Status {
            if (auto inserted = insert_product(tx, 3); !inserted) return inserted;
            throw std::runtime_error("a bug");
        },
        note);
    database().write([](Transaction& tx) { return insert_product(tx, 4); }, note);
    settle();
    ASSERT_EQ(told.size(), 4U);
    EXPECT_TRUE(is_ok(told[0]));
    EXPECT_TRUE(is_conflict(told[1], "contract.test"));
    EXPECT_TRUE(is_error(told[2], ErrorKind::Internal, "database.unexpected"));
    EXPECT_TRUE(is_ok(told[3]));
    const auto left = see([](Transaction& tx) { return tx.products().list({}); }).value().items;
    EXPECT_EQ(left, (std::vector{product(1), product(4)}));
}

TEST_P(TransactionContract, ShowsAWorkWhatTheWorksBeforeItWrote) {
    bool seen = false;
    database().write([](Transaction& tx) { return insert_product(tx, 1); }, {});
    database().write(
        [&](Transaction& tx) -> Status {
            seen = tx.products().find(nth<ProductId>(1)).value().has_value();
            return {};
        },
        {});
    settle();
    EXPECT_TRUE(seen);
}

TEST_P(TransactionContract, HasCommittedWhenItTells) {
    bool seen = false;
    database().write(
        [](Transaction& tx) { return insert_product(tx, 1); },
        [&](const Status&) {
            seen = see([](Transaction& tx) { return tx.products().find(nth<ProductId>(1)); }).value().has_value();
        });
    settle();
    EXPECT_TRUE(seen);
}

TEST_P(TransactionContract, HasAnotherVersionWhenItTells) {
    const auto before = database().version();
    EXPECT_NE(before, 0U);
    EXPECT_EQ(database().version(), before);
    std::uint64_t told = before;
    database().write([](Transaction&) { return Status{}; }, [&](const Status&) { told = database().version(); });
    settle();
    EXPECT_NE(told, before);
}

TEST_P(TransactionContract, TakesAWriteFromWithinADone) {
    bool told = false;
    database().write([](Transaction& tx) { return insert_product(tx, 1); },
                     [&](const Status&) {
                         database().write([](Transaction& tx) { return insert_product(tx, 2); },
                                          [&](const Status& status) { told = status.has_value(); });
                     });
    settle();
    settle();
    EXPECT_TRUE(told);
}

TEST_P(TransactionContract, FailsWritesInARead) {
    const auto status = see([](Transaction& tx) { return insert_product(tx, 1); });
    EXPECT_TRUE(is_error(status, ErrorKind::Internal, "database.read_only"));
    EXPECT_TRUE(see([](Transaction& tx) { return tx.products().list({}); }).value().items.empty());
}

TEST_P(TransactionContract, HandsOnWhatAReadReturnsOrThrows) {
    const auto refused = database().read([](Transaction&) -> Status { return conflict("contract.test", "so"); });
    EXPECT_TRUE(is_conflict(refused, "contract.test"));
    const auto thrown = database().read([](Transaction&) -> Status { throw std::runtime_error("a bug"); });
    EXPECT_TRUE(is_error(thrown, ErrorKind::Internal, "database.unexpected"));
    EXPECT_TRUE(is_ok(see([](Transaction& tx) { return tx.products().list({}); })));
}

TEST_P(TransactionContract, ReadsOneStateHoweverOftenItAsks) {
    given_product(1);
    const auto status = database().read([&](Transaction& tx) -> Status {
        const auto before = tx.products().list({}).value().items.size();
        given_product(2);
        const auto during = tx.products().list({}).value().items.size();
        EXPECT_EQ(before, 1U);
        EXPECT_EQ(during, 1U) << "committed after the read began";
        return {};
    });
    EXPECT_TRUE(is_ok(status));
    EXPECT_EQ(see([](Transaction& tx) { return tx.products().list({}); }).value().items.size(), 2U);
}

}  // namespace
}  // namespace cellwise::contract
