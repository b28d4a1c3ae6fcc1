// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using domain::Command;
using domain::CommandState;
using ports::Transaction;

Command in_state(CommandState state, unsigned n, unsigned device = 1) {
    auto row = command(n, device);
    row.state = state;
    return row;
}

class Inserted {
 public:
    explicit Inserted(std::vector<Command> rows) : rows_(std::move(rows)) {}
    Status operator()(Transaction& tx) const {
        for (const auto& row : rows_) {
            if (auto inserted = tx.commands().insert(row); !inserted) return inserted;
        }
        return {};
    }

 private:
    std::vector<Command> rows_;
};

TEST_P(CommandStoreContract, KeepsEveryFieldThroughItsLife) {
    auto row = command(1);
    row.content = {.service_id = hostile_text(), .method = hostile_text(), .paras = hostile_text()};
    row.expire_time = Duration{0};
    row.mid = 0xFFFF;
    ASSERT_TRUE(is_ok(change(Inserted({row}))));
    const auto found = [this] { return see([](Transaction& tx) { return tx.commands().find(nth<CommandId>(1)); }); };
    EXPECT_EQ(found().value(), row);
    row.state = CommandState::Failed;
    row.deadline.reset();
    row.issued_times = 3;
    row.result = R"({"why":"no"})";
    row.issued_at = at_second(5);
    row.delivered_at = at_second(6);
    row.settled_at = at_second(7);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.commands().save(row); })));
    EXPECT_EQ(found().value(), row);
    EXPECT_EQ(see([](Transaction& tx) { return tx.commands().find(nth<CommandId>(2)); }).value(), std::nullopt);
}

TEST_P(CommandStoreContract, SavesOnlyWhatIsThere) {
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.commands().save(command(1)); }), ErrorKind::NotFound,
                         "command.not_found"));
    ASSERT_TRUE(is_ok(change(Inserted({command(1)}))));
    EXPECT_TRUE(is_error(change(Inserted({command(1, 2)})), ErrorKind::Conflict, "command.duplicate"));
}

TEST_P(CommandStoreContract, LetsOneCommandOfADeviceBeOnItsWay) {
    ASSERT_TRUE(
        is_ok(change(Inserted({in_state(CommandState::Sent, 1), command(2), in_state(CommandState::Sent, 3, 2)}))));
    const auto save = [this](const Command& row) {
        return change([&](Transaction& tx) { return tx.commands().save(row); });
    };
    EXPECT_TRUE(is_error(save(in_state(CommandState::Sent, 2)), ErrorKind::Conflict, "command.device_busy"));
    EXPECT_TRUE(
        is_error(change(Inserted({in_state(CommandState::Sent, 4)})), ErrorKind::Conflict, "command.device_busy"));
    ASSERT_TRUE(is_ok(save(in_state(CommandState::Delivered, 1))));
    EXPECT_TRUE(is_ok(save(in_state(CommandState::Sent, 2))));
}

TEST_P(CommandStoreContract, FindsTheOldestPendingOfADevice) {
    auto first = command(2);
    auto second = command(1);
    first.created_at = second.created_at = at_second(1);  // the order of creation, not the clock's or the id's
    ASSERT_TRUE(is_ok(change(Inserted({in_state(CommandState::Sent, 9), command(5, 2), first, second}))));
    const auto next = [this](unsigned device) {
        return see([&](Transaction& tx) { return tx.commands().find_next(nth<DeviceId>(device)); }).value();
    };
    EXPECT_EQ(next(1), first);
    EXPECT_EQ(next(2), command(5, 2));
    EXPECT_EQ(next(3), std::nullopt);
    const auto count = [this](unsigned device) {
        return see([&](Transaction& tx) { return tx.commands().count_pending(nth<DeviceId>(device)); }).value();
    };
    EXPECT_EQ(count(1), 2);
    EXPECT_EQ(count(3), 0);
}

TEST_P(CommandStoreContract, KnowsWhetherAnyCommandWaits) {
    const auto any = [this] { return see([](Transaction& tx) { return tx.commands().any_pending(); }).value(); };
    EXPECT_FALSE(any());
    ASSERT_TRUE(is_ok(change(Inserted({in_state(CommandState::Sent, 1)}))));
    EXPECT_FALSE(any());
    ASSERT_TRUE(is_ok(change(Inserted({command(2)}))));
    EXPECT_TRUE(any());
}

TEST_P(CommandStoreContract, FindsTheNewestOfADeviceByItsNumber) {
    auto old = command(1);
    auto young = command(2);
    old.mid = young.mid = 7;
    ASSERT_TRUE(is_ok(change(Inserted({old, young, command(3), command(7, 2)}))));
    const auto by_mid = [this](unsigned device, std::uint16_t mid) {
        return see([&](Transaction& tx) { return tx.commands().find_by_mid(nth<DeviceId>(device), mid); }).value();
    };
    EXPECT_EQ(by_mid(1, 7), young);
    EXPECT_EQ(by_mid(2, 7), command(7, 2));
    EXPECT_EQ(by_mid(2, 1), std::nullopt);
    const auto last = [this](unsigned device) {
        return see([&](Transaction& tx) { return tx.commands().last_mid(nth<DeviceId>(device)); }).value();
    };
    EXPECT_EQ(last(1), 3);
    EXPECT_EQ(last(9), 0);
}

TEST_P(CommandStoreContract, ListsAndCountsAnApplicationsCommandsNewestFirst) {
    auto foreign = command(5);
    foreign.app = nth<AppId>(2);
    ASSERT_TRUE(is_ok(change(Inserted({command(1), command(3), command(2, 2), foreign, command(4)}))));
    const auto list = [this](const ports::CommandFilter& filter) {
        return all_pages(2, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.commands().list(filter, page); });
        });
    };
    const auto count = [this](const ports::CommandFilter& filter) {
        return see([&](Transaction& tx) { return tx.commands().count(filter); }).value();
    };
    const ports::CommandFilter all{.app = nth<AppId>(1)};
    EXPECT_EQ(list(all), (std::vector{command(4), command(3), command(2, 2), command(1)}));
    EXPECT_EQ(count(all), 4);
    const ports::CommandFilter of_device{.app = nth<AppId>(1), .device = nth<DeviceId>(1)};
    EXPECT_EQ(list(of_device), (std::vector{command(4), command(3), command(1)}));
    EXPECT_EQ(count(of_device), 3);
    const ports::CommandFilter within{.app = nth<AppId>(1), .from = at_second(2), .to = at_second(3)};
    EXPECT_EQ(list(within), (std::vector{command(3), command(2, 2)})) << "both ends count";
    EXPECT_EQ(count(within), 2);
    const auto skipping = see([&](Transaction& tx) { return tx.commands().list(all, {.limit = 2, .offset = 1}); });
    EXPECT_EQ(skipping.value().items, (std::vector{command(3), command(2, 2)}));
    for (const auto* cursor : {"x", "1.x", "1"}) {
        EXPECT_TRUE(is_error(see([&](Transaction& tx) { return tx.commands().list(all, {.after = cursor}); }),
                             ErrorKind::InvalidInput, "page.cursor.malformed"))
            << cursor;
    }
}

TEST_P(CommandStoreContract, TellsWhichAreOverdueEarliestFirst) {
    auto without = in_state(CommandState::Delivered, 3);
    without.deadline.reset();
    ASSERT_TRUE(is_ok(change(Inserted({command(2), command(1), without, command(9)}))));
    const auto overdue = [this](std::int64_t now, std::uint32_t limit) {
        return see([&](Transaction& tx) { return tx.commands().overdue(at_second(now), limit); }).value();
    };
    EXPECT_EQ(overdue(3'600, 9), std::vector<Command>{});
    EXPECT_EQ(overdue(3'602, 9), (std::vector{command(1), command(2)}));
    EXPECT_EQ(overdue(3'602, 1), std::vector{command(1)});
}

TEST_P(CommandStoreContract, AnswersEveryCommandOnItsWayOnceAtStart) {
    std::vector<Command> on_their_way;
    for (unsigned n = 1; n <= 5; ++n) on_their_way.push_back(in_state(CommandState::Sent, n, n));
    ASSERT_TRUE(is_ok(change(Inserted(on_their_way))));
    ASSERT_TRUE(is_ok(change(Inserted({command(9, 9), in_state(CommandState::Timeout, 8, 8)}))));
    std::vector<Command> seen;
    DeviceId after{};
    while (true) {
        const auto some = see([&](Transaction& tx) { return tx.commands().sent(after, 2); }).value();
        if (some.empty()) break;
        seen.insert(seen.end(), some.begin(), some.end());
        after = some.back().device;
    }
    EXPECT_EQ(seen, on_their_way);
}

TEST_P(CommandStoreContract, ErasesTheSettledUpToALimit) {
    std::vector<Command> rows{command(1)};
    for (unsigned n = 2; n <= 4; ++n) {
        rows.push_back(in_state(CommandState::Delivered, n));
        rows.back().settled_at = at_second(n);
    }
    ASSERT_TRUE(is_ok(change(Inserted(rows))));
    const auto erase = [this](std::int64_t before, std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.commands().erase_settled_before(at_second(before), limit); })
            .value();
    };
    EXPECT_EQ(erase(2, 10), 0) << "at the very moment is not before";
    EXPECT_EQ(erase(9, 2), 2);
    const auto left = see([](Transaction& tx) { return tx.commands().list({.app = nth<AppId>(1)}, {}); });
    EXPECT_EQ(left.value().items, (std::vector{rows[3], rows[0]})) << "the oldest go first, and none that waits";
}

}  // namespace
}  // namespace cellwise::contract
