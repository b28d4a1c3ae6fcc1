// SPDX-License-Identifier: Apache-2.0
#include "app/device_selection.hpp"

#include "tests/app/service_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using domain::DeviceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class DeviceSelectionTest : public ServiceFixture {
 protected:
    ProductId product_ = create_product().id;

    DeviceId enter(const std::string& node_id, const std::string& name = {}, const char* version = "V1.0") {
        const auto id = create_device({.node_id = node_id, .name = name, .product = product_}).id;
        store_.put([&](ports::Transaction& tx) {
            return tx.devices().record_version(id, *domain::Version::parse(version));
        });
        return id;
    }
    void seen(const DeviceId& id, Duration ago) {
        store_.put([&](ports::Transaction& tx) -> Status {
            auto device = **tx.devices().find(id);
            device.last_seen_at = clock_.now() - ago;
            return tx.devices().save(device);
        });
    }
    std::vector<std::string> selected(const DeviceSelection& selection, std::uint32_t limit = 2) {
        std::vector<std::string> found;
        ports::PageRequest page{.limit = limit};
        do {
            const auto some =
                store_.get([&](ports::Transaction& tx) { return select(tx, selection, page, clock_.now()); });
            for (const auto& device : some.items) found.push_back(device.node_id);
            page.after = some.next;
        } while (!page.after.empty());
        std::sort(found.begin(), found.end());
        return found;
    }
};

TEST_F(DeviceSelectionTest, FindsThoseThatAreThereOrGoneJustNow) {
    enter("never");
    seen(enter("here"), 1h);
    seen(enter("gone"), 26h);
    const auto heard = enter("heard");
    seen(heard, 26h);
    store_.put([&](ports::Transaction& tx) {
        return tx.registrations().save({.id = *RegistrationId::parse(std::string(24, '1')),
                                        .device = heard,
                                        .expires_at = clock_.now() + 1h,
                                        .last_heard_at = clock_.now() - 24h});
    });
    EXPECT_THAT(selected({.status = DeviceStatus::Online}), ElementsAre("heard", "here"))
        << "a registration may know better than the device's row";
    EXPECT_THAT(selected({.status = DeviceStatus::Offline}), ElementsAre("gone"));
    EXPECT_THAT(selected({.status = DeviceStatus::Inactive}), ElementsAre("never"));
    clock_.advance(25h);
    EXPECT_THAT(selected({.status = DeviceStatus::Online}), IsEmpty());
}

TEST_F(DeviceSelectionTest, FindsMqttDevicesByTheirConnections) {
    const auto model = answer_of<domain::Product>([&](auto done) {
        catalog_.create({.manufacturer_id = "acme",
                         .manufacturer_name = "Acme",
                         .device_type = "Tracker",
                         .model = "T-1",
                         .protocol = domain::Protocol::Mqtt},
                        std::move(done));
    });
    MqttPresence presence;
    const auto here = create_device({.node_id = "here", .product = model->id}).id;
    const auto gone = create_device({.node_id = "gone", .product = model->id}).id;
    presence.began(here);
    seen(gone, 1h);
    const auto some = store_.get([&](ports::Transaction& tx) {
        return select(tx, {.status = DeviceStatus::Online}, {.limit = 10}, {clock_.now(), &presence});
    });
    ASSERT_EQ(some.items.size(), 1U);
    EXPECT_EQ(some.items.front().id, here);
}

TEST_F(DeviceSelectionTest, FindsByVersionAndByAPartOfTheName) {
    enter("a", "pump north");
    enter("b", "pump south", "V2.0");
    enter("c", "valve", "V2.0");
    EXPECT_THAT(selected({.name = "pump"}), ElementsAre("a", "b"));
    EXPECT_THAT(selected({.filter = {.software_version = domain::Version::parse("V2.0")}}), ElementsAre("b", "c"));
    EXPECT_THAT(selected({.filter = {.software_version = domain::Version::parse("V2.0")}, .name = "south"}),
                ElementsAre("b"));
    EXPECT_THAT(selected({.nothing = true}), IsEmpty());
}

TEST_F(DeviceSelectionTest, OfAGroupIsItsListOrWhatItsFilterSelects) {
    const auto listed = enter("x-1");
    enter("x-2");
    enter("y-1", {}, "V2.0");
    const auto create = [this](NewGroup group) {
        return answer_of<domain::Group>([&](auto done) { groups_.create(std::move(group), std::move(done)); })
            .value();
    };
    const auto list = create({.name = "list", .devices = {listed}});
    const auto filter = create({.name = "filter", .filter = domain::GroupFilter{.node_id_prefix = "x-"}});
    EXPECT_THAT(selected(members_of(list)), ElementsAre("x-1"));
    EXPECT_THAT(selected(members_of(filter)), ElementsAre("x-1", "x-2"));
    enter("x-3");
    EXPECT_THAT(selected(members_of(filter)), ElementsAre("x-1", "x-2", "x-3")) << "whoever fits when it is asked";
    EXPECT_THAT(selected(members_of(filter, product_)), ElementsAre("x-1", "x-2", "x-3"));
    EXPECT_THAT(selected(members_of(filter, create_product("other").id)), IsEmpty());
    auto of_product = filter;
    of_product.filter->product = product_;
    EXPECT_THAT(selected(members_of(of_product, create_product("third").id)), IsEmpty());
}

TEST_F(DeviceSelectionTest, OfAnApplicationsFilterHoldsItsOwnDevicesOnly) {
    const auto app = create_application().application.id;
    create_device({.app = app, .node_id = "x-app", .product = product_});
    enter("x-ours");
    const domain::GroupFilter filter{.node_id_prefix = "x-"};
    EXPECT_THAT(selected(members_of(domain::Group{.app = app, .filter = filter})), ElementsAre("x-app"));
    EXPECT_THAT(selected(members_of(domain::Group{.filter = filter})), ElementsAre("x-app", "x-ours"));
}

TEST(NarrowedSelection, HasToFitBoth) {
    const DeviceSelection all{};
    const DeviceSelection x{.filter = {.node_id_prefix = "x-"}, .status = DeviceStatus::Online};
    EXPECT_FALSE(narrowed(x, all).nothing);
    EXPECT_EQ(narrowed(x, {.filter = {.node_id_prefix = "x-1"}}).filter.node_id_prefix, "x-1");
    EXPECT_EQ(narrowed(x, {.filter = {.node_id_prefix = "x"}}).filter.node_id_prefix, "x-");
    EXPECT_TRUE(narrowed(x, {.filter = {.node_id_prefix = "y"}}).nothing);
    EXPECT_TRUE(narrowed(x, {.status = DeviceStatus::Offline}).nothing);
    EXPECT_EQ(narrowed(all, x).status, DeviceStatus::Online);
    EXPECT_EQ(narrowed(x, {.name = "n"}).name, "n");
}

}  // namespace
}  // namespace cellwise::app
