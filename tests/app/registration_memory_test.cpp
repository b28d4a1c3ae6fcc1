// SPDX-License-Identifier: Apache-2.0
#include "app/registration_service.hpp"
#include "tests/app/registration_fixture.hpp"

namespace cellwise::app {
namespace {

TEST_F(RegistrationServiceTest, HandsAllChangesOverInOneWriteAndNoneTwice) {
    register_device(1);
    register_device(2);
    service.flush();
    EXPECT_EQ(database.writes, 1U);
    service.flush();
    EXPECT_EQ(database.writes, 1U);
    database.commit();
    service.flush();
    EXPECT_EQ(database.writes, 1U);
}

TEST_F(RegistrationServiceTest, KeepsWhatChangedWhileItWasWritten) {
    const auto id = register_device(1, 1000).id;
    service.flush();
    service.on_update(id, {.address = address(2000)}).value();
    database.commit();
    EXPECT_EQ(row(1).address, address(1000));
    save_all();
    EXPECT_EQ(row(1).address, address(2000));
}

TEST_F(RegistrationServiceTest, WritesAgainWhatCouldNotBeWritten) {
    register_device(1);
    database.write_error = Error{ErrorKind::Unavailable, "store.unavailable", "away"};
    save_all();
    EXPECT_FALSE(has_row(1));
    database.write_error.reset();
    save_all();
    EXPECT_TRUE(has_row(1));
    EXPECT_EQ(database.committed.devices.at(device_id(1)).last_seen_at, clock.now());
}

TEST_F(RegistrationServiceTest, CostsNoWritePerChunkOfADownload) {
    register_device(1, 1000);
    service.save_observation(device_id(1), token(1));
    save_all();
    const auto before = database.writes;
    for (int i = 0; i < 9; ++i) {
        clock.advance(2s);
        service.on_notification(token(1), address(1000));
        service.flush();
    }
    EXPECT_EQ(database.writes, before);
    EXPECT_EQ(service.find(device_id(1))->last_heard_at, clock.now());
    clock.advance(2s);
    service.on_heard(device_id(1), address(1000));
    save_all();
    EXPECT_EQ(row(1).last_heard_at, clock.now());
}

TEST_F(RegistrationServiceTest, WritesANewAddressAtOnce) {
    register_device(1, 1000);
    save_all();
    service.on_heard(device_id(1), address(2000));
    save_all();
    EXPECT_EQ(row(1).address, address(2000));
}

TEST_F(RegistrationServiceTest, NotesThatADeviceWasSeenAtMostOnceAnHour) {
    const auto seen = [&] { return database.committed.devices.at(device_id(1)).last_seen_at; };
    register_device(1);
    EXPECT_FALSE(seen());
    save_all();
    const auto first = clock.now();
    EXPECT_EQ(seen(), first);
    clock.advance(59min);
    register_device(1);
    save_all();
    EXPECT_EQ(seen(), first);
    clock.advance(1min);
    auto anew = restarted();
    anew.on_heard(device_id(1), address(1));
    anew.flush();
    database.commit();
    EXPECT_EQ(seen(), first + 1h);
}

TEST_F(RegistrationServiceTest, StaysWithinItsMemoryByForgettingTheLongestUnused) {
    for (unsigned n = 1; n <= 4; ++n) register_device(n);
    save_all();
    service.find(device_id(1));
    register_device(5);
    EXPECT_EQ(service.in_memory(), 4U);
    const auto reads = database.reads;
    EXPECT_TRUE(service.find(device_id(1)));
    EXPECT_EQ(database.reads, reads);
    EXPECT_TRUE(service.find(device_id(2)));  // was forgotten: read again
    EXPECT_EQ(database.reads, reads + 1);
    EXPECT_EQ(service.in_memory(), 4U);
}

TEST_F(RegistrationServiceTest, TakesAHintWithoutReadingOrCountingItAsUse) {
    for (unsigned n = 1; n <= 4; ++n) register_device(n);
    service.save_observation(device_id(1), token(1));
    save_all();
    for (unsigned n = 2; n <= 4; ++n) service.find(device_id(n));
    const auto reads = database.reads;
    service.expect(std::vector{token(1), token(9)});
    EXPECT_EQ(database.reads, reads);
    register_device(5);
    const auto before = database.reads;
    EXPECT_TRUE(service.find(device_id(1)));  // the longest unused, hint or not: read again
    EXPECT_EQ(database.reads, before + 1);
}

TEST_F(RegistrationServiceTest, NeverForgetsWhatIsNotDurable) {
    for (unsigned n = 1; n <= 6; ++n) register_device(n);
    EXPECT_EQ(service.in_memory(), 6U);
    EXPECT_GT(database.pending(), 0U);  // asked for room: flushed by itself
    for (unsigned n = 1; n <= 6; ++n) EXPECT_TRUE(service.find(device_id(n))) << n;
    save_all();
    EXPECT_EQ(service.in_memory(), 4U);
    for (unsigned n = 1; n <= 6; ++n) EXPECT_TRUE(service.find(device_id(n))) << n;
}

TEST_F(RegistrationServiceTest, RefusesNewcomersWhileTheDatabaseIsFarBehind) {
    for (unsigned n = 1; n <= 8; ++n) register_device(n);
    const auto refused = service.on_register({.endpoint = "node-9"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::TooMany);
    EXPECT_TRUE(service.on_register({.endpoint = "node-8"}));
    save_all();
    EXPECT_TRUE(service.on_register({.endpoint = "node-9"}));
}

TEST_F(RegistrationServiceTest, PassesOnThatTheDatabaseIsAway) {
    const auto id = register_device(1).id;
    save_all();
    auto anew = restarted();
    database.read_error = Error{ErrorKind::Unavailable, "store.unavailable", "away"};
    EXPECT_EQ(anew.on_register({.endpoint = "node-1"}).error().kind, ErrorKind::Unavailable);
    // Not NotFound: the device would register anew for nothing.
    EXPECT_EQ(anew.on_update(id, {}).error().kind, ErrorKind::Unavailable);
    EXPECT_FALSE(anew.find(device_id(1)));
}

TEST_F(RegistrationServiceTest, SurvivesADeviceThatIsErasedMeanwhile) {
    register_device(1);
    register_device(2);
    database.committed.devices.erase(device_id(1));
    save_all();
    EXPECT_FALSE(has_row(1));
    EXPECT_TRUE(has_row(2));
    service.forget(device_id(1));
    EXPECT_FALSE(service.find(device_id(1)));
}

TEST_F(RegistrationServiceTest, MayEndBeforeItsWrites) {
    {
        auto brief = restarted();
        brief.on_register({.endpoint = "node-1"}).value();
        brief.flush();
    }
    database.commit();
    EXPECT_TRUE(has_row(1));
}

}  // namespace
}  // namespace cellwise::app
