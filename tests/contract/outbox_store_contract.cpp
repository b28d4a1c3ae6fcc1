// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <map>
#include <random>

namespace cellwise::contract {
namespace {

using domain::Push;
using ports::Transaction;

Push due_at(unsigned device, std::int64_t second) {
    auto row = push(device);
    row.due_at = at_second(second);
    return row;
}

std::vector<std::int64_t> sequences(const std::vector<Push>& pushes) {
    std::vector<std::int64_t> out;
    for (const auto& each : pushes) out.push_back(each.sequence);
    return out;
}

TEST_P(OutboxStoreContract, ReadsBackWhatWasAppended) {
    auto hostile = push(2);
    hostile.detail = hostile.last_error = hostile.source_version = hostile_text();
    hostile.app = AppId{};
    hostile.type = domain::NotifyType::SwUpgradeStateChange;
    hostile.url = hostile.body = hostile_text();
    std::vector<Push> rows;
    for (auto row : {push(1), hostile}) {
        row.sequence = change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
        rows.push_back(row);
    }
    EXPECT_LT(rows[0].sequence, rows[1].sequence);
    EXPECT_EQ(see([](Transaction& tx) { return tx.outbox().list(false, {}); }).value().items, rows);
}

TEST_P(OutboxStoreContract, NeverGivesASequenceTwice) {
    const auto append = [this] {
        return change([](Transaction& tx) { return tx.outbox().append(push(1)); }).value();
    };
    const auto first = append();
    ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(first); }).value());
    EXPECT_FALSE(change([&](Transaction& tx) { return tx.outbox().erase(first); }).value());
    EXPECT_GT(append(), first) << "a late \"delivered\" would erase another push";
}

TEST_P(OutboxStoreContract, OffersOnlyTheOldestLivePushOfADevice) {
    const auto append = [this](const Push& row) {
        return change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    };
    const auto due = [this](std::int64_t second) {
        return sequences(see([&](Transaction& tx) { return tx.outbox().due(at_second(second), 10); }).value());
    };
    using Numbers = std::vector<std::int64_t>;
    const auto first = append(due_at(1, 20));
    const auto second = append(due_at(1, 10));  // due before the first, yet behind it
    const auto other = append(due_at(2, 15));
    EXPECT_EQ(due(14), Numbers{});
    EXPECT_EQ(due(15), Numbers{other});
    EXPECT_EQ(due(20), (Numbers{other, first}));

    ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(first); }).value());
    EXPECT_EQ(due(14), Numbers{second});
    const auto third = append(due_at(1, 0));
    EXPECT_EQ(due(14), Numbers{second});
    ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(third); }).value());
    EXPECT_EQ(due(14), Numbers{second});
}

TEST_P(OutboxStoreContract, KeepsAnAddressOfItsOwnInALineOfItsOwn) {
    const auto append = [this](const std::string& url) {
        auto row = due_at(1, 0);
        row.url = url;
        return change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    };
    const auto due = [this] {
        return sequences(see([&](Transaction& tx) { return tx.outbox().due(at_second(0), 10); }).value());
    };
    const auto first = append("");
    append("");
    const auto own = append("http://h:1/x");
    const auto next_own = append("http://h:1/x");
    const auto other_own = append("http://h:1/y");
    EXPECT_EQ(due(), (std::vector{first, own, other_own}));
    ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(own); }).value());
    EXPECT_EQ(due(), (std::vector{first, next_own, other_own}));
    auto dead = due_at(1, 0);
    dead.sequence = next_own;
    dead.url = "http://h:1/x";
    dead.dead = true;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().save(dead); })));
    EXPECT_EQ(due(), (std::vector{first, other_own}));
}

TEST_P(OutboxStoreContract, FindsAPushByItsNumber) {
    auto row = push(1);
    row.sequence = change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    EXPECT_EQ(see([&](Transaction& tx) { return tx.outbox().find(row.sequence); }).value(), row);
    EXPECT_EQ(see([&](Transaction& tx) { return tx.outbox().find(row.sequence + 1); }).value(), std::nullopt);
}

TEST_P(OutboxStoreContract, PutsARevivedPushBeforeTheYoungerOnesOfItsDevice) {
    auto old = push(1);
    old.dead = true;
    old.sequence = change([&](Transaction& tx) { return tx.outbox().append(old); }).value();
    const auto young = change([](Transaction& tx) { return tx.outbox().append(push(1)); }).value();
    const auto due = [this] {
        return sequences(see([](Transaction& tx) { return tx.outbox().due(at_second(9), 10); }).value());
    };
    using Numbers = std::vector<std::int64_t>;
    EXPECT_EQ(due(), Numbers{young});
    old.dead = false;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().save(old); })));
    EXPECT_EQ(due(), Numbers{old.sequence});
    ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(old.sequence); }).value());
    EXPECT_EQ(due(), Numbers{young});
}

TEST_P(OutboxStoreContract, AnswersTheDeadOfAllAndOfOneApplicationPieceByPiece) {
    using Numbers = std::vector<std::int64_t>;
    Numbers dead;
    for (const unsigned app : {1U, 2U, 1U, 1U}) {
        auto row = push(app);
        row.app = nth<AppId>(app);
        row.dead = true;
        dead.push_back(change([&](Transaction& tx) { return tx.outbox().append(row); }).value());
        row.dead = false;
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().append(row); }));
    }
    const auto after = [this](const std::optional<AppId>& app, std::int64_t sequence, std::uint32_t limit) {
        return sequences(see([&](Transaction& tx) { return tx.outbox().dead(app, sequence, limit); }).value());
    };
    EXPECT_EQ(after({}, 0, 10), dead);
    EXPECT_EQ(after({}, dead[1], 1), Numbers{dead[2]});
    EXPECT_EQ(after(nth<AppId>(1), 0, 2), (Numbers{dead[0], dead[2]}));
    EXPECT_EQ(after(nth<AppId>(1), dead[2], 2), Numbers{dead[3]});
    EXPECT_EQ(after(nth<AppId>(3), 0, 2), Numbers{});
}

TEST_P(OutboxStoreContract, ErasesDeadLettersThatAreOldInBoundedSteps) {
    for (const unsigned n : {1U, 2U, 3U, 4U}) {
        auto row = due_at(n, n);
        row.dead = true;
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().append(row); }));
    }
    ASSERT_TRUE(change([](Transaction& tx) { return tx.outbox().append(due_at(5, 1)); }));
    const auto erase = [this](std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.outbox().erase_dead_before(at_second(4), limit); }).value();
    };
    EXPECT_EQ(erase(2), 2);
    EXPECT_EQ(erase(2), 1);
    EXPECT_EQ(erase(2), 0);
    const auto count = [this](bool dead) {
        return see([&](Transaction& tx) { return tx.outbox().count(dead); }).value();
    };
    EXPECT_EQ(count(true), 1);
    EXPECT_EQ(count(false), 1) << "what lives is not too old";
}

TEST_P(OutboxStoreContract, AnswersWhatIsDueEarliestFirstUpToALimit) {
    std::vector<std::int64_t> given;
    for (const unsigned n : {3U, 1U, 2U}) {
        given.push_back(change([&](Transaction& tx) { return tx.outbox().append(due_at(n, n)); }).value());
    }
    const auto due = [this](std::uint32_t limit) {
        return sequences(see([&](Transaction& tx) { return tx.outbox().due(at_second(3), limit); }).value());
    };
    EXPECT_EQ(due(10), (std::vector{given[1], given[2], given[0]}));
    EXPECT_EQ(due(2), (std::vector{given[1], given[2]}));
}

TEST_P(OutboxStoreContract, AnswersWhatIsDueForOneReceiverOfOneApplication) {
    const auto append = [this](unsigned app, unsigned device, std::int64_t second, const std::string& url = "") {
        auto row = due_at(device, second);
        row.app = nth<AppId>(app);
        row.url = url;
        return change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    };
    const std::string subscribed(receiver_of(due_at(1, 0)));
    const auto due_of = [&](unsigned app, std::int64_t second, std::uint32_t limit = 10,
                            std::optional<std::string> receiver = {}) {
        return sequences(see([&](Transaction& tx) {
                             return tx.outbox().due_of(nth<AppId>(app), receiver.value_or(subscribed),
                                                       at_second(second), limit);
                         }).value());
    };
    using Numbers = std::vector<std::int64_t>;
    const auto late = append(1, 1, 20);
    append(1, 1, 0);  // behind it
    const auto early = append(1, 2, 10);
    const auto other = append(2, 3, 5);
    const auto first = append(1, 1, 2, "https://a:1/x?y");
    const auto second = append(1, 2, 1, "https://a:1/z");
    append(1, 1, 2, "https://a:12/x");
    EXPECT_EQ(due_of(1, 9), Numbers{});
    EXPECT_EQ(due_of(1, 10), Numbers{early});
    EXPECT_EQ(due_of(1, 20), (Numbers{early, late}));
    EXPECT_EQ(due_of(1, 20, 1), Numbers{early});
    EXPECT_EQ(due_of(2, 20), Numbers{other});
    EXPECT_EQ(due_of(3, 20), Numbers{});
    EXPECT_EQ(due_of(1, 20, 10, "https://a:1"), (Numbers{second, first}));
}

TEST_P(OutboxStoreContract, NamesTheReceiversOfAnApplication) {
    const auto append = [this](unsigned app, unsigned device, domain::NotifyType type, const std::string& url) {
        auto row = push(device);
        row.app = nth<AppId>(app);
        row.type = type;
        row.url = url;
        return change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    };
    const auto receivers = [this] {
        std::vector<std::string> out;
        for (std::optional<std::string> name = ""; name;) {
            name = see([&](Transaction& tx) { return tx.outbox().next_receiver(nth<AppId>(1), *name); }).value();
            if (name) out.push_back(*name);
        }
        return out;
    };
    EXPECT_TRUE(receivers().empty());
    append(1, 1, domain::NotifyType::SwUpgradeResult, "");
    append(1, 1, domain::NotifyType::DeviceAdded, "");  // behind it
    append(1, 2, domain::NotifyType::DeviceAdded, "");
    append(1, 1, domain::NotifyType::CommandStatus, "http://b:80/1");
    append(1, 1, domain::NotifyType::CommandStatus, "http://b:80/2");
    append(1, 1, domain::NotifyType::CommandStatus, "https://b:80/2");
    append(2, 3, domain::NotifyType::CommandStatus, "http://c:80/2");
    EXPECT_EQ(receivers(),
              (std::vector<std::string>{"deviceAdded", "http://b:80", "https://b:80", "swUpgradeResultNotify"}));
}

TEST_P(OutboxStoreContract, NamesTheApplicationsThatWait) {
    const auto receivers = [this] {
        std::vector<AppId> out;
        for (std::optional<AppId> app = AppId{}; app;) {
            app = see([&](Transaction& tx) { return tx.outbox().next_app(*app); }).value();
            if (app) out.push_back(*app);
        }
        return out;
    };
    EXPECT_EQ(receivers(), std::vector<AppId>{});
    std::vector<std::int64_t> given;
    for (const unsigned app : {3U, 1U, 1U, 2U}) {
        auto row = push(app == 2 ? 1 : static_cast<unsigned>(given.size()) + 1);  // the last stands behind the first
        row.app = nth<AppId>(app);
        given.push_back(change([&](Transaction& tx) { return tx.outbox().append(row); }).value());
    }
    EXPECT_EQ(receivers(), (std::vector{nth<AppId>(1), nth<AppId>(3)}));
    ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(given[0]); }).value());
    EXPECT_EQ(receivers(), (std::vector{nth<AppId>(1), nth<AppId>(2)}));
}

TEST_P(OutboxStoreContract, SaysWhenTheNextIsDue) {
    const auto next = [this] { return see([](Transaction& tx) { return tx.outbox().next_due(); }).value(); };
    EXPECT_EQ(next(), std::nullopt);
    auto row = due_at(1, 20);
    row.sequence = change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.outbox().append(due_at(1, 5)); })));
    EXPECT_EQ(next(), at_second(20)) << "what stands behind cannot be sent before";
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.outbox().append(due_at(2, 30)); })));
    EXPECT_EQ(next(), at_second(20));
    row.due_at = at_second(40);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().save(row); })));
    EXPECT_EQ(next(), at_second(30));
}

TEST_P(OutboxStoreContract, PassesOverTheDeadUntilTheyAreRevived) {
    auto row = push(1);
    row.sequence = change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
    const auto second = change([](Transaction& tx) { return tx.outbox().append(push(1)); }).value();
    const auto save = [&] { return change([&](Transaction& tx) { return tx.outbox().save(row); }); };
    const auto due = [this] {
        return sequences(see([](Transaction& tx) { return tx.outbox().due(at_second(0), 10); }).value());
    };
    const auto count = [this](bool dead) {
        return see([&](Transaction& tx) { return tx.outbox().count(dead); }).value();
    };
    row.dead = true;
    row.attempts = 77;
    row.last_error = hostile_text();
    ASSERT_TRUE(is_ok(save()));
    EXPECT_EQ(due(), std::vector{second});
    EXPECT_EQ(count(true), 1);
    EXPECT_EQ(count(false), 1);
    EXPECT_EQ(see([](Transaction& tx) { return tx.outbox().list(true, {}); }).value().items, std::vector{row});

    row.dead = false;
    ASSERT_TRUE(is_ok(save()));
    EXPECT_EQ(due(), std::vector{row.sequence}) << "its old place, before the second";
    EXPECT_EQ(count(true), 0);

    row.sequence = 999;
    EXPECT_TRUE(is_error(save(), ErrorKind::NotFound, "push.not_found"));
}

TEST_P(OutboxStoreContract, ListsTheLiveAndTheDeadBySequence) {
    std::vector<std::int64_t> live;
    std::vector<std::int64_t> dead;
    for (unsigned n = 1; n <= 6; ++n) {
        auto row = push(n);
        row.dead = n % 2 == 0;
        (row.dead ? dead : live).push_back(change([&](Transaction& tx) { return tx.outbox().append(row); }).value());
    }
    const auto list_of = [this](bool wanted) {
        return sequences(all_pages(2, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.outbox().list(wanted, page); });
        }));
    };
    EXPECT_EQ(list_of(false), live);
    EXPECT_EQ(list_of(true), dead);
    const auto page = see([](Transaction& tx) { return tx.outbox().list(true, {.limit = 1, .offset = 1}); });
    EXPECT_EQ(sequences(page.value().items), std::vector{dead[1]});
    EXPECT_TRUE(is_error(see([](Transaction& tx) { return tx.outbox().list(true, {.after = "-"}); }),
                         ErrorKind::InvalidInput, "page.cursor.malformed"));
}

TEST_P(OutboxStoreContract, KeepsTheOrderOfADeviceOverARandomWalk) {
    std::mt19937 random(815);  // NOLINT: the same walk every time
    std::map<std::int64_t, Push> model;
    for (int step = 0; step < 400; ++step) {
        if (model.size() < 12 || random() % 3 == 0) {
            auto row = due_at(random() % 4 + 1, random() % 10);
            row.dead = random() % 8 == 0;
            row.sequence = change([&](Transaction& tx) { return tx.outbox().append(row); }).value();
            model.emplace(row.sequence, row);
        } else {
            auto& row = std::next(model.begin(), static_cast<long>(random() % model.size()))->second;
            if (random() % 2 == 0) {
                row.dead = random() % 3 == 0;
                row.due_at = at_second(random() % 10);
                ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.outbox().save(row); })));
            } else {
                ASSERT_TRUE(change([&](Transaction& tx) { return tx.outbox().erase(row.sequence); }).value());
                model.erase(row.sequence);
            }
        }
        std::map<DeviceId, Push> heads;
        for (const auto& [sequence, row] : model) {
            if (!row.dead) heads.emplace(row.device, row);
        }
        std::map<std::pair<Timestamp, std::int64_t>, Push> wanted;
        for (const auto& [device, row] : heads) {
            if (row.due_at <= at_second(5)) wanted.emplace(std::pair{row.due_at, row.sequence}, row);
        }
        std::vector<Push> expected;
        for (const auto& [key, row] : wanted) expected.push_back(row);
        ASSERT_EQ(see([](Transaction& tx) { return tx.outbox().due(at_second(5), 100); }).value(), expected) << step;
    }
}

TEST_P(OutboxStoreContract, DropsTheOldestOfADeviceThatHasTooMany) {
    const auto of = [](unsigned device, domain::NotifyType type, std::string url = {}) {
        auto row = push(device);
        row.type = type;
        row.url = std::move(url);
        return row;
    };
    constexpr auto kData = domain::NotifyType::DeviceDataChanged;
    auto dead = of(1, kData);
    dead.dead = true;
    const std::vector<domain::Push> rows{of(1, kData),
                                         of(1, kData),
                                         dead,
                                         of(1, domain::NotifyType::SwUpgradeResult),
                                         of(2, kData),
                                         of(1, kData),
                                         of(1, kData, "http://own:1/"),
                                         of(1, kData)};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) -> Status {
        for (const auto& row : rows) {
            if (auto appended = tx.outbox().append(row); !appended) return appended.error();
        }
        return {};
    })));
    const auto drop = [this](std::int64_t most) {
        return change([&](Transaction& tx) { return tx.outbox().drop_oldest(nth<DeviceId>(1), kData, most); })
            .value();
    };
    const auto left = [this](bool of_dead) {
        std::vector<std::int64_t> numbers;
        for (const auto& row : see([&](Transaction& tx) { return tx.outbox().list(of_dead, {}); }).value().items) {
            numbers.push_back(row.sequence);
        }
        return numbers;
    };
    EXPECT_EQ(drop(4), 0);
    EXPECT_EQ(drop(3), 1);
    EXPECT_EQ(left(false), (std::vector<std::int64_t>{1, 4, 5, 6, 7, 8})) << "the first may be under way";
    EXPECT_EQ(drop(0), 2);
    EXPECT_EQ(left(false), (std::vector<std::int64_t>{1, 4, 5, 7}));
    EXPECT_EQ(left(true), std::vector<std::int64_t>{3});
}

}  // namespace
}  // namespace cellwise::contract
