// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using domain::AuditEntry;
using domain::AuditOutcome;
using ports::Transaction;

TEST_P(OperatorStoreContract, ReadsBackWhatWasStored) {
    auto hostile = person(2);
    hostile.name = hostile_text();
    hostile.disabled = false;
    for (const auto& row : {hostile, person(1)}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.operators().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.operators().find(row.id); }).value(), row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.operators().find_by_name(row.name); }).value(), row);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.operators().find_by_name("nobody"); }).value(), std::nullopt);
    auto same = person(3);
    same.name = person(1).name;
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.operators().insert(same); }), "operator.duplicate"));
    hostile.role = domain::Role::Admin;
    hostile.password_hash = "another";
    hostile.disabled = true;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.operators().save(hostile); })));
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.operators().list(page); });
    };
    EXPECT_EQ(all_pages(1, list), (std::vector{person(1), hostile}));
}

TEST_P(OperatorStoreContract, EndsTheSessionsOfWhoGoes) {
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.operators().insert_session(person_session(1, 1)); }),
                         ErrorKind::NotFound, "operator.not_found"));
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.operators().insert(person(n)); })));
        ASSERT_TRUE(
            is_ok(change([&](Transaction& tx) { return tx.operators().insert_session(person_session(n, n)); })));
    }
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.operators().insert_session(person_session(3, 2)); })));
    const auto find = [this](unsigned n) {
        return see([&](Transaction& tx) { return tx.operators().find_session(person_session(n, 1).hash); }).value();
    };
    EXPECT_EQ(find(1), person_session(1, 1));
    EXPECT_TRUE(change([](Transaction& tx) { return tx.operators().erase(nth<OperatorId>(1)); }).value());
    EXPECT_FALSE(change([](Transaction& tx) { return tx.operators().erase(nth<OperatorId>(1)); }).value());
    EXPECT_EQ(find(1), std::nullopt);
    ASSERT_TRUE(find(2));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.operators().erase_sessions_of(nth<OperatorId>(2)); })));
    EXPECT_EQ(find(2), std::nullopt);
    EXPECT_EQ(find(3), std::nullopt);
}

TEST_P(OperatorStoreContract, ErasesEndedSessionsUpToALimit) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.operators().insert(person(1)); })));
    for (const unsigned n : {1U, 2U, 3U, 4U}) {
        ASSERT_TRUE(
            is_ok(change([&](Transaction& tx) { return tx.operators().insert_session(person_session(n, 1)); })));
    }
    const auto erase = [this](std::int64_t now, std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.operators().erase_ended_sessions(at_second(now), limit); })
            .value();
    };
    EXPECT_EQ(erase(4, 2), 2);
    EXPECT_EQ(erase(4, 2), 1);
    EXPECT_EQ(erase(4, 2), 0);
    const auto erase_one = [this] {
        return change([](Transaction& tx) { return tx.operators().erase_session(person_session(4, 1).hash); })
            .value();
    };
    EXPECT_TRUE(erase_one());
    EXPECT_FALSE(erase_one());
}

TEST_P(AuditStoreContract, ListsTheNewestFirstByEveryFilter) {
    std::vector<AuditEntry> rows;
    for (const unsigned n : {1U, 2U, 3U, 4U}) {
        auto entry = audit_entry(n);
        if (n == 2) entry.summary = hostile_text();
        if (n == 3) entry.actor = audit_entry(1).actor;
        if (n == 3) entry.at = at_second(2);  // in the same moment the later one is the newer
        if (n == 4) entry.action = "DELETE /things/{id}";
        if (n == 4) entry.target = audit_entry(1).target;
        entry.sequence = change([&](Transaction& tx) { return tx.audit().append(entry); }).value();
        rows.insert(rows.begin(), entry);
    }
    const auto list_by = [this](const ports::AuditFilter& filter) {
        return all_pages(1, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.audit().list(filter, page); });
        });
    };
    using Rows = std::vector<AuditEntry>;
    EXPECT_EQ(list_by({}), rows);
    EXPECT_EQ(list_by({.actor = rows[3].actor.id}), (Rows{rows[1], rows[3]}));
    EXPECT_EQ(list_by({.target = rows[3].target}), (Rows{rows[0], rows[3]}));
    EXPECT_EQ(list_by({.action = "DELETE /things/{id}"}), Rows{rows[0]});
    EXPECT_EQ(list_by({.from = at_second(2), .to = at_second(4)}), (Rows{rows[1], rows[2]}));
    EXPECT_EQ(list_by({.actor = rows[3].actor.id, .target = rows[3].target, .to = at_second(2)}), Rows{rows[3]});
    EXPECT_EQ(list_by({.target = ""}), Rows{}) << "who asks for no target asks for nothing";
    for (const auto* cursor : {"x", "1.x", "1", "x.1"}) {
        const auto page =
            see([&](Transaction& tx) { return tx.audit().list({}, ports::PageRequest{.after = cursor}); });
        EXPECT_TRUE(is_error(page, ErrorKind::InvalidInput, "page.cursor.malformed")) << cursor;
    }
}

TEST_P(AuditStoreContract, KeepsWhatCameOfAnEntry) {
    auto made = audit_entry(1);
    made.target.clear();
    made.sequence = change([&](Transaction& tx) { return tx.audit().append(made); }).value();
    auto named = audit_entry(2);
    named.sequence = change([&](Transaction& tx) { return tx.audit().append(named); }).value();
    const AuditEntry end{
        .target = "new", .outcome = AuditOutcome::Refused, .status = 409, .code = "x.y", .ended_at = at_second(9)};
    for (auto* entry : {&made, &named}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.audit().finish(entry->sequence, end); })));
        if (entry->target.empty()) entry->target = "new";
        entry->outcome = AuditOutcome::Refused;
        entry->status = 409;
        entry->code = "x.y";
        entry->ended_at = at_second(9);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.audit().list({}, {}); }).value().items, (std::vector{named, made}));
}

TEST_P(AuditStoreContract, GivesUpWhatIsOpenAlone) {
    auto ended = audit_entry(1);
    ended.outcome = AuditOutcome::Done;
    for (const auto& entry : {ended, audit_entry(2), audit_entry(3)}) {
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.audit().append(entry); }));
    }
    EXPECT_EQ(change([](Transaction& tx) { return tx.audit().give_up_open(); }).value(), 2);
    EXPECT_EQ(change([](Transaction& tx) { return tx.audit().give_up_open(); }).value(), 0);
    std::vector<AuditOutcome> outcomes;
    for (const auto& entry : see([](Transaction& tx) { return tx.audit().list({}, {}); }).value().items) {
        outcomes.push_back(entry.outcome);
    }
    EXPECT_EQ(outcomes, (std::vector{AuditOutcome::Unknown, AuditOutcome::Unknown, AuditOutcome::Done}));
}

TEST_P(AuditStoreContract, ErasesTheOldUpToALimit) {
    for (const unsigned n : {3U, 1U, 2U, 4U}) {
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.audit().append(audit_entry(n)); }));
    }
    const auto erase = [this](std::int64_t before, std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.audit().erase_before(at_second(before), limit); }).value();
    };
    EXPECT_EQ(erase(1, 10), 0) << "at the very moment is not before";
    EXPECT_EQ(erase(4, 2), 2);
    EXPECT_EQ(erase(4, 2), 1);
    EXPECT_EQ(erase(4, 2), 0);
    EXPECT_EQ(see([](Transaction& tx) { return tx.audit().list({}, {}); }).value().items.size(), 1U);
}

TEST_P(AnswerStoreContract, KeepsOneAnswerACallerAndKey) {
    auto open = kept_answer(1);
    open.status = 0;
    open.fingerprint.clear();
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.answers().insert(open); })));
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.answers().insert(open); }), "idempotency.in_progress"));
    auto others = open;
    others.caller = "token:2";
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.answers().insert(others); })));
    const auto find = [this](const std::string& caller) {
        return see([&](Transaction& tx) { return tx.answers().find(caller, kept_answer(1).key); }).value();
    };
    EXPECT_EQ(find("token:1"), open);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.answers().save(kept_answer(1)); })));
    EXPECT_EQ(find("token:1"), kept_answer(1));
    EXPECT_EQ(find("token:2"), others);
    EXPECT_EQ(see([](Transaction& tx) { return tx.answers().count(); }).value(), 2);
    const auto erase = [this] {
        return change([](Transaction& tx) { return tx.answers().erase("token:1", kept_answer(1).key); }).value();
    };
    EXPECT_TRUE(erase());
    EXPECT_FALSE(erase());
    EXPECT_EQ(find("token:1"), std::nullopt);
}

TEST_P(AnswerStoreContract, ErasesTheOldUpToALimit) {
    for (const unsigned n : {3U, 1U, 2U, 4U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.answers().insert(kept_answer(n)); })));
    }
    const auto erase = [this](std::int64_t before, std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.answers().erase_before(at_second(before), limit); }).value();
    };
    EXPECT_EQ(erase(1, 10), 0);
    EXPECT_EQ(erase(4, 2), 2);
    EXPECT_EQ(erase(4, 2), 1);
    EXPECT_EQ(erase(4, 2), 0);
}

TEST_P(TransactionContract, KnowsAtOnceThatAWorkStandsInLine) {
    std::vector<int> order;
    const auto work = [&order](int number) {
        return [&order, number](Transaction&) {
            order.push_back(number);
            return Status{};
        };
    };
    EXPECT_TRUE(database().enqueue(work(1), [](const Status&) {}));
    database().write(work(2), [](const Status&) {});
    settle();
    EXPECT_EQ(order, (std::vector{1, 2}));
}

}  // namespace
}  // namespace cellwise::contract
