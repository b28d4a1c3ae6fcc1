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
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    const auto again = see([](Transaction& tx) { return tx.devices().count({.group = nth<GroupId>(1)}); });
    EXPECT_EQ(again.value(), 0) << "its successor begins empty";
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

}  // namespace
}  // namespace cellwise::contract
