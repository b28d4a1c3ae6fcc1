// SPDX-License-Identifier: Apache-2.0
#include "app/registration_service.hpp"

#include "tests/app/registration_fixture.hpp"

namespace cellwise::app {
namespace {

TEST_F(RegistrationServiceTest, RegistersAKnownEndpointWithoutWaitingForTheDisk) {
    const auto registered = service.on_register(
        {.endpoint = "node-1", .address = address(1000), .binding = domain::Binding::UdpQueue, .lifetime = 300s});
    ASSERT_TRUE(registered);
    EXPECT_EQ(registered->device, device_id(1));
    EXPECT_EQ(registered->address, address(1000));
    EXPECT_EQ(registered->binding, domain::Binding::UdpQueue);
    EXPECT_EQ(registered->expires_at, clock.now() + 300s);
    EXPECT_EQ(registered->last_heard_at, clock.now());
    EXPECT_FALSE(registered->observation);
    EXPECT_EQ(*service.find(device_id(1)), *registered);
    EXPECT_FALSE(has_row(1));
    save_all();
    EXPECT_EQ(row(1), *registered);
}

TEST_F(RegistrationServiceTest, FillsInTheDefaultsOfTheSpecification) {
    const auto registered = register_device(1);
    EXPECT_EQ(registered.binding, domain::Binding::Udp);
    EXPECT_EQ(registered.expires_at, clock.now() + 86'400s);
}

TEST_F(RegistrationServiceTest, GivesIdsThatNobodyCanGuess) {
    const auto first = register_device(1).id;
    const auto second = register_device(2).id;
    EXPECT_NE(first, second);
    EXPECT_FALSE(first.empty());
}

TEST_F(RegistrationServiceTest, KnowsNoIdThatItDidNotGive) {
    register_device(1);
    const auto foreign = *RegistrationId::parse("ffffffffffffffffffffffff");
    EXPECT_EQ(service.on_update(foreign, {}).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(service.on_deregister(foreign).error().kind, ErrorKind::NotFound);
}

TEST_F(RegistrationServiceTest, RefusesAnUnknownEndpoint) {
    const auto refused = service.on_register({.endpoint = "nobody", .address = address(1)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(refused.error().code, "lwm2m.endpoint.unknown");
}

TEST_F(RegistrationServiceTest, RefusesEndpointsOfForbiddenLength) {
    for (const auto& endpoint : {std::string(), std::string(257, 'x')}) {
        const auto refused = service.on_register({.endpoint = endpoint, .address = address(1)});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
        EXPECT_EQ(refused.error().field, "ep");
    }
    enter(21, std::string(256, 'x'));
    EXPECT_TRUE(service.on_register({.endpoint = std::string(256, 'x'), .address = address(1)}));
}

TEST_F(RegistrationServiceTest, RefusesLifetimesOutOfBounds) {
    for (const auto lifetime : {Duration{0s}, Duration{-5s}, Duration{4'294'967'296s}}) {
        const auto refused = service.on_register({.endpoint = "node-1", .lifetime = lifetime});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
        EXPECT_EQ(refused.error().field, "lt");
    }
    EXPECT_TRUE(service.on_register({.endpoint = "node-1", .lifetime = 4'294'967'295s}));
    const auto id = register_device(1).id;
    EXPECT_EQ(service.on_update(id, {.lifetime = 0s}).error().kind, ErrorKind::InvalidInput);
}

TEST_F(RegistrationServiceTest, TakesABareImeiAndItsUrnForTheSameDevice) {
    enter(21, "861234567890123");
    enter(22, "urn:imei:869876543210987");
    EXPECT_EQ(service.on_register({.endpoint = "urn:imei:861234567890123"})->device, device_id(21));
    EXPECT_EQ(service.on_register({.endpoint = "861234567890123"})->device, device_id(21));
    EXPECT_EQ(service.on_register({.endpoint = "869876543210987"})->device, device_id(22));
    EXPECT_FALSE(service.on_register({.endpoint = "urn:imei:node-1"}));
}

TEST_F(RegistrationServiceTest, PrefersTheEndpointAsGivenToItsOtherForm) {
    enter(21, "861234567890123");
    enter(22, "urn:imei:861234567890123");
    EXPECT_EQ(service.on_register({.endpoint = "861234567890123"})->device, device_id(21));
    EXPECT_EQ(service.on_register({.endpoint = "urn:imei:861234567890123"})->device, device_id(22));
}

TEST_F(RegistrationServiceTest, ReplacesTheFirstRegistrationByTheSecond) {
    const auto first = register_device(1, 1000);
    save_all();
    const auto second = register_device(1, 2000);
    // The old row is still what the database holds: memory must win over it.
    EXPECT_EQ(service.on_update(first.id, {.address = address(1000)}).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(service.on_deregister(first.id).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(service.find(device_id(1))->id, second.id);
    save_all();
    EXPECT_EQ(row(1).id, second.id);
    EXPECT_FALSE(service.on_update(first.id, {}));
    EXPECT_TRUE(service.on_update(second.id, {.address = address(2000)}));
}

TEST_F(RegistrationServiceTest, RenewsByTheLifetimeItHasUnlessTheUpdateNamesOne) {
    const auto id = service.on_register({.endpoint = "node-1", .lifetime = 600s})->id;
    save_all();
    clock.advance(500s);
    auto anew = restarted();
    EXPECT_EQ(anew.on_update(id, {.address = address(7)})->expires_at, clock.now() + 600s);
    EXPECT_EQ(anew.on_update(id, {.address = address(7), .lifetime = 60s})->expires_at, clock.now() + 60s);
    EXPECT_EQ(anew.on_update(id, {.address = address(7)})->expires_at, clock.now() + 60s);
}

TEST_F(RegistrationServiceTest, TakesOverWhatAnUpdateSaysAndKeepsTheRest) {
    const domain::RadioReport radio{.cell = domain::CellId{"77"}, .rsrp_dbm = -100};
    const auto id =
        service
            .on_register(
                {.endpoint = "node-1", .address = address(1), .binding = domain::Binding::UdpQueue, .radio = radio})
            ->id;
    auto updated = service.on_update(id, {.address = address(2)});
    EXPECT_EQ(updated->address, address(2));
    EXPECT_EQ(updated->binding, domain::Binding::UdpQueue);
    EXPECT_EQ(updated->radio, radio);
    updated = service.on_update(id, {.address = address(2), .binding = domain::Binding::Udp});
    EXPECT_EQ(updated->binding, domain::Binding::Udp);
}

TEST_F(RegistrationServiceTest, KnowsNoRegistrationPastItsLifetime) {
    const auto id = service.on_register({.endpoint = "node-1", .lifetime = 60s})->id;
    clock.advance(59s);
    EXPECT_TRUE(service.find(device_id(1)));
    EXPECT_TRUE(service.find(id));
    clock.advance(1s);
    EXPECT_FALSE(service.find(device_id(1)));
    EXPECT_FALSE(service.find(id));
    EXPECT_EQ(service.on_update(id, {}).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(service.on_deregister(id).error().kind, ErrorKind::NotFound);
}

TEST_F(RegistrationServiceTest, StillKnowsAnExpiredDeviceByItsToken) {
    service.on_register({.endpoint = "node-1", .address = address(1), .lifetime = 60s}).value();
    service.save_observation(device_id(1), token(1));
    clock.advance(1h);
    const auto heard = service.on_notification(token(1), address(2));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->device, device_id(1));
    EXPECT_FALSE(service.find(device_id(1)));
}

TEST_F(RegistrationServiceTest, ForgetsADeregisteredDeviceBeforeTheRowIsGone) {
    const auto id = register_device(1).id;
    service.save_observation(device_id(1), token(1));
    save_all();
    ASSERT_TRUE(service.on_deregister(id));
    service.flush();
    EXPECT_TRUE(has_row(1));
    EXPECT_FALSE(service.find(device_id(1)));
    EXPECT_FALSE(service.find(id));
    EXPECT_FALSE(service.on_notification(token(1), address(1)));
    EXPECT_EQ(service.on_deregister(id).error().kind, ErrorKind::NotFound);
    database.commit();
    EXPECT_FALSE(has_row(1));
    EXPECT_EQ(service.in_memory(), 0U);
}

TEST_F(RegistrationServiceTest, RegistersAgainOverADeregistrationThatIsNotYetDurable) {
    const auto first = register_device(1).id;
    save_all();
    ASSERT_TRUE(service.on_deregister(first));
    service.flush();
    const auto second = register_device(1);
    database.commit();
    EXPECT_EQ(service.find(device_id(1))->id, second.id);
    save_all();
    EXPECT_EQ(row(1).id, second.id);
}

TEST_F(RegistrationServiceTest, FindsADeviceByItsTokenAndRefreshesItsAddress) {
    register_device(1, 1000);
    service.save_observation(device_id(1), token(1));
    clock.advance(10s);
    const auto heard = service.on_notification(token(1), address(2000));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->device, device_id(1));
    EXPECT_EQ(heard->address, address(2000));
    EXPECT_EQ(heard->last_heard_at, clock.now());
    EXPECT_FALSE(service.on_notification(token(9), address(2000)));
}

TEST_F(RegistrationServiceTest, KeepsTheOldTokenUntilTheNewObservationIsConfirmed) {
    register_device(1);
    service.save_observation(device_id(1), token(1));
    register_device(1);
    EXPECT_FALSE(service.find(device_id(1))->observation);
    EXPECT_TRUE(service.on_notification(token(1), address(1)));
    service.save_observation(device_id(1), token(2));
    EXPECT_FALSE(service.on_notification(token(1), address(1)));
    EXPECT_TRUE(service.on_notification(token(2), address(1)));
    save_all();
    EXPECT_FALSE(service.on_notification(token(1), address(1)));
}

TEST_F(RegistrationServiceTest, KeepsTheOldTokenOfASleeperToo) {
    register_device(1);
    service.save_observation(device_id(1), token(1));
    save_all();
    auto anew = restarted();
    ASSERT_TRUE(anew.on_register({.endpoint = "node-1"}));
    EXPECT_TRUE(anew.on_notification(token(1), address(1)));
}

TEST_F(RegistrationServiceTest, ForgetsAnObservationThatEnded) {
    register_device(1);
    service.save_observation(device_id(1), token(1));
    save_all();
    service.forget_observation(device_id(1));
    EXPECT_FALSE(service.find(device_id(1))->observation);
    EXPECT_FALSE(service.on_notification(token(1), address(1)));
}

TEST_F(RegistrationServiceTest, KnowsSleepersAfterARestart) {
    const auto id = register_device(1, 1000).id;
    service.save_observation(device_id(1), token(1));
    service.save_radio(device_id(1), {.cell = domain::CellId{"5"}});
    save_all();
    clock.advance(3h);
    auto by_token = restarted();
    EXPECT_EQ(by_token.on_notification(token(1), address(2000))->address, address(2000));
    EXPECT_EQ(by_token.find(device_id(1))->last_heard_at, clock.now());
    auto by_id = restarted();
    EXPECT_TRUE(by_id.on_update(id, {.address = address(3000)}));
    auto by_device = restarted();
    EXPECT_EQ(by_device.find(device_id(1))->radio.cell, domain::CellId{"5"});
}

TEST_F(RegistrationServiceTest, TellsTheTimelineWhoRegisteredAndWhoLeft) {
    const auto registration = register_device(1);
    clock.advance(5s);
    ASSERT_TRUE(service.on_update(registration.id, {.address = address(1000)}));
    save_all();
    ASSERT_EQ(database.committed.timeline.size(), 1U) << "an update is no news";
    const auto& entry = database.committed.timeline[0];
    EXPECT_EQ(entry.kind, domain::TimelineKind::Registered);
    EXPECT_EQ(entry.device, device_id(1));
    EXPECT_EQ(entry.at, clock.now() - 5s);
    EXPECT_EQ(entry.detail, "lifetime 86400 s");
    ASSERT_TRUE(service.on_deregister(registration.id));
    save_all();
    ASSERT_EQ(database.committed.timeline.size(), 2U);
    EXPECT_EQ(database.committed.timeline[1].kind, domain::TimelineKind::Deregistered);
    save_all();
    EXPECT_EQ(database.committed.timeline.size(), 2U);
}

}  // namespace
}  // namespace cellwise::app
