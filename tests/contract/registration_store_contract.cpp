// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <limits>

namespace cellwise::contract {
namespace {

using ports::Transaction;

TEST_P(RegistrationStoreContract, ReadsBackByIdByDeviceAndByToken) {
    given_product(1);
    for (const unsigned n : {1U, 2U}) given_device(n);
    auto bare = registration(2);
    bare.binding = domain::Binding::Udp;
    bare.observation = std::nullopt;
    bare.radio = {};
    for (const auto& row : {registration(1), bare}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.registrations().save(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.registrations().find(row.id); }).value(), row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.registrations().find_by_device(row.device); }).value(), row);
    }
    const auto by_token = [this](const domain::ObservationToken& token) {
        return see([&](Transaction& tx) { return tx.registrations().find_by_token(token); }).value();
    };
    EXPECT_EQ(by_token(*registration(1).observation), registration(1));
    EXPECT_EQ(by_token(*registration(2).observation), std::nullopt);
    EXPECT_EQ(see([](Transaction& tx) { return tx.registrations().find(nth<RegistrationId>(9)); }).value(),
              std::nullopt);
}

TEST_P(RegistrationStoreContract, ReplacesTheRegistrationOfADevice) {
    given_product(1);
    given_device(1);
    const auto save = [this](const domain::Registration& row) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.registrations().save(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.registrations().find_by_device(row.device); }).value(), row);
    };
    auto row = registration(1);
    save(row);
    row.expires_at = at_second(500);
    row.address.port = 65'535;
    row.radio.rsrp_dbm = 80.0;
    save(row);
    row.observation = std::nullopt;
    row.radio.cell = domain::CellId{""};
    save(row);
    row.id = nth<RegistrationId>(7);
    row.observation = registration(7).observation;
    save(row);
    EXPECT_EQ(see([](Transaction& tx) { return tx.registrations().find(nth<RegistrationId>(1)); }).value(),
              std::nullopt);
    EXPECT_EQ(see([](Transaction& tx) { return tx.registrations().find(nth<RegistrationId>(7)); }).value(), row);
}

TEST_P(RegistrationStoreContract, RefusesThoseOfUnknownDevices) {
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.registrations().save(registration(1)); }),
                         ErrorKind::NotFound, "device.not_found"));
}

TEST_P(RegistrationStoreContract, RefusesTheIdOfAnotherDevice) {
    given_product(1);
    for (const unsigned n : {1U, 2U}) given_device(n);
    auto thief = registration(2);
    thief.id = nth<RegistrationId>(1);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.registrations().save(registration(1)); })));
    EXPECT_TRUE(is_conflict(change([&](Transaction& tx) { return tx.registrations().save(thief); }),
                            "registration.duplicate"));
}

TEST_P(RegistrationStoreContract, Erases) {
    given_product(1);
    given_device(1);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.registrations().save(registration(1)); })));
    const auto erase = [this] {
        return change([](Transaction& tx) { return tx.registrations().erase(nth<DeviceId>(1)); }).value();
    };
    EXPECT_TRUE(erase());
    EXPECT_FALSE(erase());
    EXPECT_EQ(see([](Transaction& tx) { return tx.registrations().find(nth<RegistrationId>(1)); }).value(),
              std::nullopt);
}

TEST_P(RegistrationStoreContract, CountsThoseThatHaveNotExpired) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U}) {
        given_device(n);
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.registrations().save(registration(n)); })));
    }
    const auto live = [this](std::int64_t second) {
        return see([&](Transaction& tx) { return tx.registrations().count_live(at_second(second)); }).value();
    };
    EXPECT_EQ(live(0), 3);
    EXPECT_EQ(live(1), 2) << "expired at the very moment";
    EXPECT_EQ(live(3), 0);
}

TEST_P(RegistrationStoreContract, TakesRadioValuesAsTheyCome) {
    given_product(1);
    given_device(1);
    auto row = registration(1);
    row.radio = {
        .cell = domain::CellId{hostile_text()}, .rsrp_dbm = std::numeric_limits<double>::infinity(), .sinr_db = -0.1};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.registrations().save(row); })));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.registrations().find(row.id); }).value(), row);
    row.radio.rsrp_dbm = std::numeric_limits<double>::quiet_NaN();
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.registrations().save(row); })));
    const auto stored = see([&](Transaction& tx) { return tx.registrations().find(row.id); }).value();
    EXPECT_FALSE(stored->radio.rsrp_dbm) << "no number is no value";
}

}  // namespace
}  // namespace cellwise::contract
