// SPDX-License-Identifier: Apache-2.0
#include "app/group_service.hpp"

#include "tests/app/service_fixture.hpp"

namespace cellwise::app {
namespace {

class GroupServiceTest : public ServiceFixture {
 protected:
    ProductId product_ = create_product().id;
    DeviceId first_ = create_device({.node_id = "1", .product = product_}).id;
    DeviceId second_ = create_device({.node_id = "2", .product = product_}).id;

    Result<domain::Group> create(const NewGroup& group) {
        return answer_of<domain::Group>([&](auto done) { groups_.create(group, std::move(done)); });
    }
    Status add(const GroupId& id, std::vector<DeviceId> devices) {
        return answer_of<void>([&](auto done) { groups_.add_members(id, std::nullopt, devices, std::move(done)); });
    }
    Status remove(const GroupId& id, std::vector<DeviceId> devices) {
        return answer_of<void>(
            [&](auto done) { groups_.remove_members(id, std::nullopt, devices, std::move(done)); });
    }
    Status erase(const GroupId& id) {
        return answer_of<void>([&](auto done) { groups_.erase(id, std::nullopt, std::move(done)); });
    }
    std::size_t members(const GroupId& id) {
        return store_.get([&](ports::Transaction& tx) { return tx.devices().list({.group = id}, {}); }).items.size();
    }
};

TEST_F(GroupServiceTest, IsCreatedWithMembers) {
    const auto group = create({.name = "field", .description = "west", .devices = {first_}});
    ASSERT_TRUE(group) << group.error().message;
    EXPECT_EQ(members(group->id), 1U);
    EXPECT_EQ(group->created_at, clock_.now());
}

TEST_F(GroupServiceTest, HasANameThatNoOtherOfItsOwnerHas) {
    const auto app = create_application().application.id;
    ASSERT_TRUE(create({.name = "field"}));
    EXPECT_TRUE(create({.app = app, .name = "field"}));
    const auto again = create({.name = "field"});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "group.duplicate");
}

TEST_F(GroupServiceTest, TakesOnlyDevicesOfItsOwner) {
    const auto app = create_application().application.id;
    const auto foreign = create({.app = app, .name = "field", .devices = {first_}});
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, "group.device.unknown");
    EXPECT_EQ(foreign.error().value, first_.view());
}

TEST_F(GroupServiceTest, GainsAndLosesMembers) {
    const auto group = create({.name = "field"});
    ASSERT_TRUE(group);
    EXPECT_TRUE(add(group->id, {first_, second_}));
    EXPECT_TRUE(add(group->id, {first_}));
    EXPECT_EQ(members(group->id), 2U);
    EXPECT_TRUE(remove(group->id, {first_}));
    EXPECT_TRUE(remove(group->id, {first_}));
    EXPECT_EQ(members(group->id), 1U);
}

TEST_F(GroupServiceTest, ErasesNoDevice) {
    const auto group = create({.name = "field", .devices = {first_}});
    ASSERT_TRUE(group);
    EXPECT_TRUE(erase(group->id));
    EXPECT_TRUE(store_.get([&](ports::Transaction& tx) { return tx.devices().find(first_); }));
    EXPECT_EQ(erase(group->id).error().code, "group.not_found");
    EXPECT_EQ(add(group->id, {first_}).error().code, "group.not_found");
}

TEST_F(GroupServiceTest, TakesNoMoreDevicesThanItMay) {
    EXPECT_EQ(create({.name = "small", .max_devices = 1, .devices = {first_, second_}}).error().code, "group.full");
    const auto group = create({.name = "small", .max_devices = 1, .devices = {first_}});
    ASSERT_TRUE(group) << "the one that was refused is not there";
    EXPECT_EQ(group->members, 1);
    const auto refused = add(group->id, {second_});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "group.full");
    EXPECT_EQ(members(group->id), 1U) << "all or none";
    EXPECT_TRUE(add(group->id, {first_})) << "a member stays one";
}

TEST_F(GroupServiceTest, IsChangedInPartAndPutsNobodyOut) {
    const auto group = create({.name = "field", .description = "west", .devices = {first_, second_}});
    const auto change = [&](const GroupChange& wanted, std::optional<AppId> owner = {}) {
        return answer_of<domain::Group>(
            [&](auto done) { groups_.change(group->id, owner, wanted, std::move(done)); });
    };
    const auto changed = change({.name = "yard", .max_devices = 1});
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->name, "yard");
    EXPECT_EQ(changed->description, "west");
    EXPECT_EQ(members(group->id), 2U);
    EXPECT_EQ(change({.name = ""}).error().field, "name");
    ASSERT_TRUE(create({.name = "other"}));
    EXPECT_EQ(change({.name = "other"}).error().code, "group.duplicate");
    EXPECT_EQ(change({.name = "mine"}, create_application().application.id).error().code, "group.not_found");
}

TEST_F(GroupServiceTest, HasEitherAListOrAFilter) {
    const domain::GroupFilter filter{.product = product_, .status = domain::DeviceStatus::Online};
    const auto made = create({.name = "f", .filter = filter});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->filter, filter);
    const auto code = [this](NewGroup group) { return create(group).error().code; };
    EXPECT_EQ(code({.name = "g", .devices = {first_}, .filter = filter}), "group.filter.devices");
    EXPECT_EQ(code({.name = "g", .filter = domain::GroupFilter{}}), "group.filter.empty");
    EXPECT_EQ(code({.name = "g", .filter = domain::GroupFilter{.product = *ProductId::parse(std::string(24, 'f'))}}),
              "group.filter.product.unknown");
    EXPECT_EQ(code({.name = "g", .filter = domain::GroupFilter{.node_id_prefix = ""}}), "text.invalid");
    EXPECT_EQ(add(made->id, {first_}).error().code, "group.filter.members");
    EXPECT_EQ(remove(made->id, {first_}).error().code, "group.filter.members");
}

}  // namespace
}  // namespace cellwise::app
