// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/registration_service.hpp"
#include "tests/fakes/fake_database.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::app {

using namespace std::chrono_literals;

inline DeviceId device_id(unsigned number) {
    std::string text = "00000000-0000-4000-8000-000000000000";
    const auto digits = std::to_string(number);
    text.replace(text.size() - digits.size(), digits.size(), digits);
    return *DeviceId::parse(text);
}

inline domain::PeerAddress address(std::uint16_t port) {
    return {.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1}, .port = port};
}

inline domain::ObservationToken token(std::uint8_t first) { return {first, 2, 3, 4, 5, 6, 7, 8}; }

class RegistrationServiceTest : public ::testing::Test {
 protected:
    fakes::FakeDatabase database;
    fakes::ManualClock clock;
    fakes::SeededRandom random;
    RegistrationService service{database, clock, random, 4};

    void SetUp() override {
        for (unsigned n = 1; n <= 20; ++n) enter(n, "node-" + std::to_string(n));
    }

    void enter(unsigned number, std::string node_id) {
        const auto id = device_id(number);
        database.committed.devices[id] = {.id = id, .node_id = std::move(node_id), .created_at = clock.now()};
    }
    domain::Registration register_device(unsigned number, std::uint16_t port = 1000) {
        return *service.on_register({.endpoint = "node-" + std::to_string(number), .address = address(port)});
    }
    void save_all() {
        service.flush();
        database.commit();
    }
    /// A daemon that starts anew on what is durable.
    RegistrationService restarted() { return {database, clock, random, 4}; }
    const domain::Registration& row(unsigned number) const {
        return database.committed.registrations.at(device_id(number));
    }
    bool has_row(unsigned number) const { return database.committed.registrations.contains(device_id(number)); }
};

}  // namespace cellwise::app
