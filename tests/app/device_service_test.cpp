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

TEST_F(DeviceServiceTest, ShutsOutADeviceThatIsGoneOrLogsInByAnother) {
    const auto device = create_device({.node_id = "a", .product = create_product().id});
    EXPECT_TRUE(change(device.id, {}, {.name = "renamed", .details = {.cell = "4242"}}));
    EXPECT_TRUE(shut_out_.empty()) << "what does not touch its login leaves it alone";
    using Names = std::vector<std::string>;
    EXPECT_TRUE(change(device.id, {}, {.details = {.secret = "another-secret"}}));
    EXPECT_EQ(shut_out_, Names{"a"});
    EXPECT_TRUE(change(device.id, {}, {.product = create_product("WM-2").id}));
    EXPECT_EQ(shut_out_, (Names{"a", "a"})) << "its model says whether it may log in";
    EXPECT_TRUE(change(device.id, {}, {.node_id = "b"}));
    EXPECT_EQ(shut_out_, (Names{"a", "a", "a"})) << "by its former name";
    EXPECT_TRUE(erase(device.id));
    EXPECT_EQ(shut_out_, (Names{"a", "a", "a", "b"}));
}

/// What it says of itself beside its name, and who is told of it.
class DeviceNoticesOfService : public DeviceServiceTest {
 protected:
    AppId app_ = create_application().application.id;

    void subscribe(domain::NotifyType type) {
        ASSERT_TRUE(answer_of<domain::Subscription>([&](auto done) {
            subscriptions_.subscribe(app_, type, "http://h:1/x", SubscriptionService::IfPresent::Replace,
                                     std::move(done));
        }));
    }
    std::vector<std::string> bodies() {
        std::vector<std::string> out;
        const auto page = store_.get([](ports::Transaction& tx) { return tx.outbox().list(false, {}); });
        for (const auto& push : page.items) out.push_back(push.body);
        return out;
    }
    std::optional<domain::DeviceDetails> details(const DeviceId& id) {
        return store_.get([&](ports::Transaction& tx) { return tx.devices().find_details(id); });
    }
    using Texts = std::vector<std::string>;
};

TEST_F(DeviceNoticesOfService, TellOfWhatIsAddedChangedAndDeletedInThisOrder) {
    subscribe(domain::NotifyType::DeviceAdded);
    subscribe(domain::NotifyType::DeviceInfoChanged);
    subscribe(domain::NotifyType::DeviceDeleted);
    const auto device = create({.app = app_, .node_id = "1"});
    ASSERT_TRUE(device);
    EXPECT_EQ(pokes_, 1);
    ASSERT_TRUE(change(device->id, app_, {.name = "cellar"}));
    ASSERT_TRUE(change(device->id, app_, {.details = {.location = "west"}}));
    ASSERT_TRUE(change(device->id, app_, {.name = "cellar"})) << "nothing is another";
    ASSERT_TRUE(erase(device->id, app_));
    EXPECT_EQ(bodies(), (Texts{"added 1", "changed 1 cellar", "changed 1 cellar", "deleted " + device->id.str()}));
}

TEST_F(DeviceNoticesOfService, GoToWhoSubscribedAndOwnsTheDevice) {
    subscribe(domain::NotifyType::DeviceDeleted);
    ASSERT_TRUE(create({.app = app_, .node_id = "1"}));
    const auto others = create({.node_id = "2"});
    ASSERT_TRUE(others);
    ASSERT_TRUE(erase(others->id));
    EXPECT_EQ(bodies(), Texts{});
}

TEST_F(DeviceNoticesOfService, AreNotMadeWhenTheChangeIsRefused) {
    subscribe(domain::NotifyType::DeviceAdded);
    ASSERT_TRUE(create({.app = app_, .node_id = "1"}));
    ASSERT_FALSE(create({.app = app_, .node_id = "1"}));
    EXPECT_EQ(bodies(), Texts{"added 1"});
}

TEST_F(DeviceNoticesOfService, KeepDetailsAndSealSecrets) {
    const auto device = create({.app = app_, .node_id = "1", .details = {.location = "west", .psk = "00112233"}});
    ASSERT_TRUE(device);
    auto kept = details(device->id);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->location, "west");
    EXPECT_EQ(secrets_.open(kept->sealed_psk, device->id.view()).value(), "00112233");
    ASSERT_TRUE(change(device->id, app_, {.details = {.region = "north"}}));
    kept = details(device->id);
    EXPECT_EQ(kept->location, "west") << "what is not said stays";
    EXPECT_EQ(kept->region, "north");
    EXPECT_EQ(change(device->id, app_, {.details = {.psk = "xyz"}}).error().field, "psk");
}

TEST_F(DeviceNoticesOfService, EraseADeviceThatWasNotHeardWithinItsTimeout) {
    subscribe(domain::NotifyType::DeviceDeleted);
    const auto never = create({.app = app_, .node_id = "1", .details = {.timeout_seconds = 60}});
    const auto heard = create({.app = app_, .node_id = "2", .details = {.timeout_seconds = 60}});
    const auto patient = create({.app = app_, .node_id = "3", .details = {.timeout_seconds = 0}});
    const auto busy = create({.app = app_, .node_id = "4", .details = {.timeout_seconds = 60}});
    store_.put([&](ports::Transaction& tx) {
        auto row = *heard;
        row.last_seen_at = clock_.now();
        return tx.devices().save(row);
    });
    start_upgrade(busy->id);
    clock_.advance(std::chrono::seconds(61));
    devices_.tick();
    EXPECT_TRUE(stored(never->id)) << "what was heard in time may not be written yet";
    clock_.advance(std::chrono::seconds(1));
    devices_.tick();
    EXPECT_FALSE(stored(never->id));
    EXPECT_TRUE(stored(heard->id));
    EXPECT_TRUE(stored(patient->id));
    EXPECT_TRUE(stored(busy->id));
    EXPECT_EQ(erased_, std::vector{never->id});
    EXPECT_EQ(bodies(), Texts{"deleted " + never->id.str()});
    EXPECT_EQ(details(heard->id)->expires_at, std::nullopt) << "it is not looked at again";
    EXPECT_TRUE(details(busy->id)->expires_at);
}

TEST_F(DeviceNoticesOfService, EraseManyThatExpireABoundedNumberAtATime) {
    for (int i = 0; i < 150; ++i) {
        ASSERT_TRUE(create({.node_id = "n" + std::to_string(i), .details = {.timeout_seconds = 1}}));
    }
    clock_.advance(std::chrono::seconds(10));
    devices_.tick();
    EXPECT_EQ(erased_.size(), 100U);
    devices_.tick();
    EXPECT_EQ(erased_.size(), 150U);
}

TEST_F(DeviceNoticesOfService, ChangeCredentialsOnlyOfADeviceThatIsOffline) {
    const auto device = create({.app = app_, .node_id = "1"});
    store_.put([&](ports::Transaction& tx) {
        auto row = *device;
        row.last_seen_at = clock_.now();
        return tx.devices().save(row);
    });
    const DeviceChange wanted{.node_id = "new", .details = {.verify_code = "4711"}, .only_offline = true};
    EXPECT_EQ(change(device->id, app_, wanted).error().code, "device.online");
    clock_.advance(std::chrono::hours(26));
    const auto changed = change(device->id, app_, wanted);
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->node_id, "new");
    EXPECT_EQ(changed->last_seen_at, std::nullopt) << "nobody was heard under this name";
    EXPECT_EQ(erased_, std::vector{device->id}) << "who remembers it has to forget it";
    start_upgrade(device->id);
    EXPECT_EQ(change(device->id, app_, {.node_id = "other"}).error().code, "device.upgrading");
}

}  // namespace
}  // namespace cellwise::app
