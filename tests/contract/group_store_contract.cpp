// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <array>

namespace cellwise::contract {
namespace {

using ports::Transaction;

TEST_P(GroupStoreContract, ReadsBackByIdAndByName) {
    auto hostile = group(2);
    hostile.name = hostile.description = hostile_text();
    hostile.app = AppId{};
    for (const auto& row : {group(1), hostile}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.groups().find(row.id); }).value(), row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.groups().find_by_name(row.app, row.name); }).value(), row);
    }
    const auto elsewhere = see([](Transaction& tx) { return tx.groups().find_by_name(nth<AppId>(2), "group 1"); });
    EXPECT_EQ(elsewhere.value(), std::nullopt);
}

TEST_P(GroupStoreContract, ReadsBackAFilter) {
    auto whole = group(1);
    whole.filter = domain::GroupFilter{.product = nth<ProductId>(7),
                                       .node_id_prefix = hostile_text(),
                                       .software_version = hostile_version(),
                                       .status = domain::DeviceStatus::Offline};
    auto sparse = group(2);
    sparse.filter = domain::GroupFilter{.software_version = domain::Version{}};
    for (const auto& row : {whole, sparse, group(3)}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.groups().find(row.id); }).value(), row);
    }
    const auto listed = see([](Transaction& tx) { return tx.groups().list({}, {}); }).value().items;
    EXPECT_EQ(listed, (std::vector{whole, sparse, group(3)}));
    ASSERT_TRUE(change([](Transaction& tx) { return tx.groups().erase(nth<GroupId>(1)); }).value());
    EXPECT_EQ(change([](Transaction& tx) { return tx.groups().erase_remains(9); }).value(), 1);
    auto plain = group(1);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(plain); })));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.groups().find(plain.id); }).value(), plain)
        << "the filter went with its group";
}

TEST_P(GroupStoreContract, RefusesASecondGroupOfTheSameNameInOneApplication) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    auto same = group(2);
    same.name = group(1).name;
    EXPECT_TRUE(is_conflict(change([&](Transaction& tx) { return tx.groups().insert(same); }), "group.duplicate"));
    same.app = nth<AppId>(2);
    EXPECT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(same); })));
}

TEST_P(GroupStoreContract, AddsAndRemovesMembers) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U}) given_device(n);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    const auto add = [this](unsigned in, std::vector<DeviceId> devices) {
        return change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(in), devices); });
    };
    const auto remove = [this](unsigned from, std::vector<DeviceId> devices) {
        return change([&](Transaction& tx) { return tx.groups().remove_members(nth<GroupId>(from), devices); });
    };
    const auto members = [this] {
        return see([](Transaction& tx) { return tx.devices().list({.group = nth<GroupId>(1)}, {}); }).value().items;
    };
    EXPECT_TRUE(is_ok(add(1, {nth<DeviceId>(1), nth<DeviceId>(2), nth<DeviceId>(1)})));
    EXPECT_TRUE(is_ok(add(1, {nth<DeviceId>(2), nth<DeviceId>(3)}))) << "a member again is no harm";
    EXPECT_EQ(members(), (std::vector{device(1), device(2), device(3)}));

    EXPECT_TRUE(is_error(add(9, {nth<DeviceId>(1)}), ErrorKind::NotFound, "group.not_found"));
    EXPECT_TRUE(is_error(add(1, {nth<DeviceId>(9)}), ErrorKind::NotFound, "device.not_found"));
    EXPECT_TRUE(is_error(remove(9, {nth<DeviceId>(1)}), ErrorKind::NotFound, "group.not_found"));

    EXPECT_TRUE(is_ok(remove(1, {nth<DeviceId>(2), nth<DeviceId>(9)}))) << "one that is no member is no harm";
    EXPECT_EQ(members(), (std::vector{device(1), device(3)}));
}

TEST_P(GroupStoreContract, LeavesDevicesWhenAGroupGoes) {
    given_product(1);
    given_device(1);
    const std::array members{nth<DeviceId>(1)};
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(1), members); })));
    EXPECT_TRUE(change([](Transaction& tx) { return tx.groups().erase(nth<GroupId>(1)); }).value());
    EXPECT_FALSE(change([](Transaction& tx) { return tx.groups().erase(nth<GroupId>(1)); }).value());
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().find(nth<DeviceId>(1)); }).value(), device(1));
}

TEST_P(GroupStoreContract, ShowsAnErasedGroupToNobody) {
    given_product(1);
    given_device(1);
    const std::array members{nth<DeviceId>(1)};
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(1), members); })));
    ASSERT_TRUE(change([](Transaction& tx) { return tx.groups().erase(nth<GroupId>(1)); }).value());

    EXPECT_EQ(see([](Transaction& tx) { return tx.groups().find(nth<GroupId>(1)); }).value(), std::nullopt);
    const auto named = [](Transaction& tx) { return tx.groups().find_by_name(group(1).app, group(1).name); };
    EXPECT_EQ(see(named).value(), std::nullopt);
    EXPECT_TRUE(see([](Transaction& tx) { return tx.groups().list({}, {}); }).value().items.empty());
    EXPECT_EQ(see([](Transaction& tx) { return tx.groups().count(group(1).app); }).value(), 0);
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().count({.group = nth<GroupId>(1)}); }).value(), 0);
    const auto listed = [](Transaction& tx) { return tx.devices().list({.group = nth<GroupId>(1)}, {}); };
    EXPECT_TRUE(see(listed).value().items.empty());
    const auto add = [&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(1), members); };
    EXPECT_TRUE(is_error(change(add), ErrorKind::NotFound, "group.not_found"));
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.groups().save(group(1)); }), ErrorKind::NotFound,
                         "group.not_found"));
    auto successor = group(2);
    successor.name = group(1).name;
    EXPECT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(successor); })));
}

TEST_P(GroupStoreContract, DeletesWhatErasedGroupsLeftInBoundedSteps) {
    given_product(1);
    std::vector<DeviceId> members;
    for (unsigned n = 1; n <= 5; ++n) {
        given_device(n);
        members.push_back(nth<DeviceId>(n));
    }
    for (const unsigned n : {1U, 2U, 3U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(group(n)); })));
        ASSERT_TRUE(
            is_ok(change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(n), members); })));
    }
    const auto some = [this](std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.groups().erase_remains(limit); }).value();
    };
    EXPECT_EQ(some(100), 0) << "nothing is erased yet";
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.groups().erase(nth<GroupId>(n)); }).value());
    }
    // Two groups with five memberships each.
    EXPECT_EQ(some(4), 4);
    EXPECT_EQ(some(7), 7);
    EXPECT_EQ(some(7), 1);
    EXPECT_EQ(some(7), 0);
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().count({.group = nth<GroupId>(3)}); }).value(), 5);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); }))) << "its place is free";
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().count({.group = nth<GroupId>(1)}); }).value(), 0);
}

TEST_P(GroupStoreContract, ListsByIdPageByPage) {
    auto other = group(2);
    other.app = nth<AppId>(2);
    for (const auto& row : {group(3), other, group(1)}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(row); })));
    }
    const auto list_of = [this](std::optional<AppId> app) {
        return all_pages(1, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.groups().list(app, page); });
        });
    };
    EXPECT_EQ(list_of(std::nullopt), (std::vector{group(1), other, group(3)}));
    EXPECT_EQ(list_of(nth<AppId>(1)), (std::vector{group(1), group(3)}));
    EXPECT_TRUE(list_of(nth<AppId>(3)).empty());
}

TEST_P(GroupStoreContract, CountsItsMembersHoweverTheyComeAndGo) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U}) given_device(n);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    const auto members = [this] {
        return see([](Transaction& tx) { return tx.groups().find(nth<GroupId>(1)); }).value()->members;
    };
    const auto add = [this](std::vector<DeviceId> devices) {
        return change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(1), devices); });
    };
    EXPECT_EQ(members(), 0);
    ASSERT_TRUE(is_ok(add({nth<DeviceId>(1), nth<DeviceId>(2), nth<DeviceId>(1)})));
    ASSERT_TRUE(is_ok(add({nth<DeviceId>(2), nth<DeviceId>(3)})));
    EXPECT_EQ(members(), 3);
    const std::array gone{nth<DeviceId>(1), nth<DeviceId>(9)};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().remove_members(nth<GroupId>(1), gone); })));
    EXPECT_EQ(members(), 2);
    ASSERT_TRUE(change([](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(2)); }).value());
    EXPECT_EQ(members(), 1) << "a device takes its membership with it";
}

TEST_P(GroupStoreContract, SavesTheRowButNotTheMembers) {
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().insert(group(n)); })));
    }
    const auto save = [this](const domain::Group& row) {
        return change([&](Transaction& tx) { return tx.groups().save(row); });
    };
    auto changed = group(1);
    changed.name = changed.description = hostile_text();
    changed.max_devices = 4'000'000'000;
    changed.members = 77;
    ASSERT_TRUE(is_ok(save(changed)));
    changed.members = 0;
    EXPECT_EQ(see([](Transaction& tx) { return tx.groups().find(nth<GroupId>(1)); }).value(), changed);
    changed.name = group(2).name;
    EXPECT_TRUE(is_conflict(save(changed), "group.duplicate"));
    EXPECT_TRUE(is_error(save(group(9)), ErrorKind::NotFound, "group.not_found"));
    EXPECT_EQ(see([](Transaction& tx) { return tx.groups().count(nth<AppId>(1)); }).value(), 2);
    EXPECT_EQ(see([](Transaction& tx) { return tx.groups().count(nth<AppId>(2)); }).value(), 0);
}

}  // namespace
}  // namespace cellwise::contract
