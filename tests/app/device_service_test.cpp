// SPDX-License-Identifier: Apache-2.0
#include "app/device_service.hpp"

#include "tests/app/service_fixture.hpp"

namespace cellwise::app {
namespace {

class DeviceServiceTest : public ServiceFixture {
 protected:
    using Outcomes = std::vector<Result<domain::Device>>;

    Result<domain::Device> create(const NewDevice& device) {
        return answer_of<domain::Device>([&](auto done) { devices_.create(device, std::move(done)); });
    }
    Result<domain::Device> change(const DeviceId& id, std::optional<AppId> owner, const DeviceChange& change) {
        return answer_of<domain::Device>([&](auto done) { devices_.change(id, owner, change, std::move(done)); });
    }
    Status erase(const DeviceId& id, std::optional<AppId> owner = {}) {
        return answer_of<void>([&](auto done) { devices_.erase(id, owner, std::move(done)); });
    }
    std::optional<domain::Device> stored(const DeviceId& id) {
        return store_.get([&](ports::Transaction& tx) { return tx.devices().find(id); });
    }
    void start_upgrade(const DeviceId& device) {
        const auto task = *TaskId::parse("aaaaaaaaaaaaaaaaaaaaaaaa");
        store_.put([&](ports::Transaction& tx) -> Status {
            if (auto inserted = tx.tasks().insert({.id = task, .state = domain::TaskState::Processing}); !inserted) {
                return inserted;
            }
            return tx.jobs().insert({.id = *JobId::parse("bbbbbbbbbbbbbbbbbbbbbbbb"),
                                     .task = task,
                                     .device = device,
                                     .state = domain::JobState::Downloading});
        });
    }
};

TEST_F(DeviceServiceTest, TakesTheProductByIdOrByName) {
    const auto product = create_product();
    const auto by_id = create({.node_id = "a", .name = "one", .product = product.id});
    const auto by_name =
        create({.node_id = "b",
                .model = ModelName{.manufacturer_name = "Acme", .device_type = "WaterMeter", .model = "WM-1"}});
    ASSERT_TRUE(by_id);
    ASSERT_TRUE(by_name);
    EXPECT_EQ(by_id->product, product.id);
    EXPECT_EQ(by_name->product, product.id);
    EXPECT_EQ(by_id->created_at, clock_.now());
    EXPECT_EQ(stored(by_id->id), *by_id);
}

TEST_F(DeviceServiceTest, TakesADeviceWithoutAProduct) {
    const auto made = create({.node_id = "a"});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(made->product.empty());
    EXPECT_EQ(stored(made->id), *made);
}

TEST_F(DeviceServiceTest, NamesWhatIsUnknown) {
    const auto product = create({.node_id = "a", .product = *ProductId::parse("0123456789abcdef01234567")});
    ASSERT_FALSE(product);
    EXPECT_EQ(product.error().code, "device.product.unknown");
    EXPECT_EQ(product.error().field, "productId");
    const auto model = create({.node_id = "a", .model = ModelName{.manufacturer_name = "Nobody"}});
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().field, "deviceInfo");
    const auto app = create({.app = *AppId::parse("0123456789abcdef01234567"), .node_id = "a"});
    ASSERT_FALSE(app);
    EXPECT_EQ(app.error().code, "device.app.unknown");
}

TEST_F(DeviceServiceTest, RefusesBadAndTakenNodeIds) {
    const auto product = create_product();
    for (const auto& node_id : {std::string(), std::string(257, 'x'), std::string("a\nb"), std::string("\xFF")}) {
        const auto made = create({.node_id = node_id, .product = product.id});
        ASSERT_FALSE(made) << node_id;
        EXPECT_EQ(made.error().field, "nodeId");
    }
    ASSERT_TRUE(create({.node_id = std::string(256, 'x'), .product = product.id}));
    const auto again = create({.node_id = std::string(256, 'x'), .product = product.id});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "device.node_id.duplicate");
}

TEST_F(DeviceServiceTest, ImportsWhatIsGoodAndTellsOfTheRest) {
    const auto product = create_product();
    std::vector<NewDevice> devices{{.node_id = "a", .product = product.id},
                                   {.node_id = "", .product = product.id},
                                   {.node_id = "a", .product = product.id},
                                   {.node_id = "b", .product = product.id}};
    const auto outcomes = answer_of<Outcomes>([&](auto done) { devices_.create_many(devices, std::move(done)); });
    ASSERT_TRUE(outcomes);
    ASSERT_EQ(outcomes->size(), 4U);
    EXPECT_TRUE((*outcomes)[0]);
    EXPECT_EQ((*outcomes)[1].error().field, "nodeId");
    EXPECT_EQ((*outcomes)[2].error().code, "device.node_id.duplicate");
    ASSERT_TRUE((*outcomes)[3]);
    EXPECT_EQ(stored((*outcomes)[0]->id)->node_id, "a");
    EXPECT_EQ(stored((*outcomes)[3]->id)->node_id, "b");
}

TEST_F(DeviceServiceTest, RenamesAndMovesToAnotherProduct) {
    const auto first = create_product("first");
    const auto second = create_product("second");
    const auto device = create_device({.node_id = "a", .product = first.id});
    const auto changed = change(device.id, {}, {.name = "kitchen", .product = second.id});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->name, "kitchen");
    EXPECT_EQ(changed->product, second.id);
    EXPECT_EQ(stored(device.id), *changed);
}

TEST_F(DeviceServiceTest, HidesADeviceFromOtherApplications) {
    const auto owner = create_application("owner").application.id;
    const auto other = create_application("other").application.id;
    const auto product = create_product();
    const auto device = create_device({.app = owner, .node_id = "a", .product = product.id});
    EXPECT_EQ(change(device.id, other, {.name = "mine"}).error().code, "device.not_found");
    EXPECT_EQ(erase(device.id, other).error().code, "device.not_found");
    EXPECT_TRUE(change(device.id, owner, {.name = "mine"}));
    EXPECT_TRUE(erase(device.id, owner));
}

TEST_F(DeviceServiceTest, KeepsADeviceWhoseUpgradeRuns) {
    const auto product = create_product();
    const auto device = create_device({.node_id = "a", .product = product.id});
    start_upgrade(device.id);
    const auto erased = erase(device.id);
    ASSERT_FALSE(erased);
    EXPECT_EQ(erased.error().code, "device.upgrading");
    EXPECT_TRUE(stored(device.id));
    EXPECT_TRUE(erased_.empty());
}

TEST_F(DeviceServiceTest, TellsWhoeverRemembersADeviceThatItIsGone) {
    const auto product = create_product();
    const auto device = create_device({.node_id = "a", .product = product.id});
    EXPECT_TRUE(erase(device.id));
    EXPECT_EQ(erased_, std::vector{device.id});
    EXPECT_EQ(erase(device.id).error().code, "device.not_found");
}

}  // namespace
}  // namespace cellwise::app
