// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using domain::NotifyType;
using ports::Transaction;

TEST_P(AccessStoresContract, ReadsBackApplications) {
    auto hostile = application(2);
    hostile.name = hostile_text();
    for (const auto& row : {hostile, application(1)}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.applications().find(row.id); }).value(), row);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.applications().find(nth<AppId>(9)); }).value(), std::nullopt);
    EXPECT_TRUE(is_conflict(change([](Transaction& tx) { return tx.applications().insert(application(1)); }),
                            "application.duplicate"));
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.applications().list(page); });
    };
    EXPECT_EQ(all_pages(1, list), (std::vector{application(1), hostile}));
}

TEST_P(AccessStoresContract, SavesWhatMayChangeOfAnApplication) {
    auto row = application(1);
    const auto save = [&] { return change([&](Transaction& tx) { return tx.applications().save(row); }); };
    EXPECT_TRUE(is_error(save(), ErrorKind::NotFound, "application.not_found"));
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().insert(application(n)); })));
    }
    row.name = hostile_text();
    row.callback_ca = "-----BEGIN CERTIFICATE-----\n";
    row.frozen = !row.frozen;
    ASSERT_TRUE(is_ok(save()));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.applications().find(row.id); }).value(), row);
    EXPECT_EQ(see([](Transaction& tx) { return tx.applications().find(nth<AppId>(2)); }).value(), application(2));
}

TEST_P(AccessStoresContract, KeepsOneSessionAnApplication) {
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.applications().save_session(session(1)); }),
                         ErrorKind::NotFound, "application.not_found"));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.applications().insert(application(1)); })));
    const auto find = [this] {
        return see([](Transaction& tx) { return tx.applications().find_session(nth<AppId>(1)); }).value();
    };
    EXPECT_EQ(find(), std::nullopt);
    auto row = session(1);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().save_session(row); })));
    EXPECT_EQ(find(), row);
    row = session(2);
    row.app = nth<AppId>(1);
    row.access_expires_at = at_second(1);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().save_session(row); })));
    EXPECT_EQ(find(), row);
    EXPECT_TRUE(change([](Transaction& tx) { return tx.applications().erase_session(nth<AppId>(1)); }).value());
    EXPECT_FALSE(change([](Transaction& tx) { return tx.applications().erase_session(nth<AppId>(1)); }).value());
    EXPECT_EQ(find(), std::nullopt);
}

TEST_P(AccessStoresContract, ErasesWhatBelongsToAnApplicationAlone) {
    for (const unsigned n : {1U, 2U}) {
        auto of_app = push(n);
        of_app.app = nth<AppId>(n);
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().insert(application(n)); })));
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().save_session(session(n)); })));
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.subscriptions().save(subscription(n, n)); })));
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().append(of_app); })));
    }
    auto behind = push(1);  // device 1, but to the application that stays
    behind.app = nth<AppId>(2);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().append(behind); })));

    EXPECT_TRUE(change([](Transaction& tx) { return tx.applications().erase(nth<AppId>(1)); }).value());
    EXPECT_FALSE(change([](Transaction& tx) { return tx.applications().erase(nth<AppId>(1)); }).value());

    EXPECT_EQ(see([](Transaction& tx) { return tx.applications().find_session(nth<AppId>(1)); }).value(),
              std::nullopt);
    EXPECT_EQ(see([](Transaction& tx) { return tx.applications().find_session(nth<AppId>(2)); }).value(), session(2));
    const auto subscriptions = see([](Transaction& tx) { return tx.subscriptions().list(std::nullopt, {}); });
    EXPECT_EQ(subscriptions.value().items, std::vector{subscription(2, 2)});
    const auto seen = see([](Transaction& tx) { return tx.outbox().list(false, {}); }).value().items;
    ASSERT_EQ(seen.size(), 2U);
    for (const auto& each : seen) EXPECT_EQ(each.app, nth<AppId>(2));
    EXPECT_EQ(see([](Transaction& tx) { return tx.outbox().count(false); }).value(), 2);
    EXPECT_EQ(change([](Transaction& tx) { return tx.applications().erase_remains(10); }).value(), 2);
    const auto due = see([](Transaction& tx) { return tx.outbox().due(at_second(0), 10); }).value();
    ASSERT_EQ(due.size(), 2U) << "what stood behind an erased push has its turn";
    for (const auto& each : due) EXPECT_EQ(each.app, nth<AppId>(2));
}

TEST_P(AccessStoresContract, DeletesWhatErasedApplicationsLeftInBoundedSteps) {
    for (const unsigned app : {1U, 2U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().insert(application(app)); })));
        for (unsigned n = 0; n < 5; ++n) {
            auto row = push(n % 2 + 1);
            row.app = nth<AppId>(app);
            row.dead = n == 4;
            ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().append(row); })));
        }
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.applications().erase(nth<AppId>(app)); }).value());
    }
    std::vector<std::int64_t> steps;
    do {
        steps.push_back(change([](Transaction& tx) { return tx.applications().erase_remains(5); }).value());
    } while (steps.back() == 5 && steps.size() < 10);
    EXPECT_EQ(steps, (std::vector<std::int64_t>{5, 5, 2})) << "10 pushes and the two that tell of them";
    EXPECT_EQ(see([](Transaction& tx) { return tx.outbox().next_due(); }).value(), std::nullopt);
}

TEST_P(AccessStoresContract, FindsTokensByTheirHash) {
    auto endless = token(2);
    endless.expires_at = std::nullopt;
    endless.role = domain::Role::Admin;
    for (const auto& row : {endless, token(1)}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tokens().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.tokens().find_by_hash(row.hash); }).value(), row);
    }
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.tokens().list(page); });
    };
    EXPECT_EQ(all_pages(1, list), (std::vector{token(1), endless}));
    auto same = token(3);
    same.name = token(1).name;
    EXPECT_TRUE(is_conflict(change([&](Transaction& tx) { return tx.tokens().insert(same); }), "token.duplicate"));

    EXPECT_TRUE(change([](Transaction& tx) { return tx.tokens().erase(nth<TokenId>(1)); }).value());
    EXPECT_FALSE(change([](Transaction& tx) { return tx.tokens().erase(nth<TokenId>(1)); }).value());
    EXPECT_EQ(see([](Transaction& tx) { return tx.tokens().find_by_hash(token(1).hash); }).value(), std::nullopt);
}

TEST_P(AccessStoresContract, KeepsOneSubscriptionAnApplicationAndType) {
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.applications().insert(application(n)); })));
    }
    auto of_state = subscription(2, 1);
    of_state.type = NotifyType::SwUpgradeStateChange;
    const auto save = [this](const domain::Subscription& row) {
        return change([&](Transaction& tx) { return tx.subscriptions().save(row); });
    };
    const auto find = [this](NotifyType type) {
        return see([&](Transaction& tx) { return tx.subscriptions().find(nth<AppId>(1), type); }).value();
    };
    for (const auto& row : {subscription(1, 1), of_state, subscription(3, 2)}) ASSERT_TRUE(is_ok(save(row)));
    EXPECT_EQ(find(NotifyType::SwUpgradeResult), subscription(1, 1));
    EXPECT_EQ(find(NotifyType::SwUpgradeStateChange), of_state);

    auto replaced = subscription(1, 1);
    replaced.callback_url = hostile_text();
    ASSERT_TRUE(is_ok(save(replaced)));
    EXPECT_EQ(find(NotifyType::SwUpgradeResult), replaced);
    const auto list_of = [this](std::optional<AppId> app) {
        return all_pages(1, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.subscriptions().list(app, page); });
        });
    };
    EXPECT_EQ(list_of(std::nullopt), (std::vector{replaced, of_state, subscription(3, 2)}));
    EXPECT_EQ(list_of(nth<AppId>(2)), std::vector{subscription(3, 2)});

    const auto erase = [this] {
        return change([](Transaction& tx) { return tx.subscriptions().erase(nth<SubscriptionId>(2)); }).value();
    };
    EXPECT_TRUE(erase());
    EXPECT_FALSE(erase());
    EXPECT_EQ(find(NotifyType::SwUpgradeStateChange), std::nullopt);
    EXPECT_TRUE(is_error(save(subscription(9, 9)), ErrorKind::NotFound, "application.not_found"));
}

}  // namespace
}  // namespace cellwise::contract
