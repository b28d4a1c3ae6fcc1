// SPDX-License-Identifier: Apache-2.0
#include "daemon/live_registrations.hpp"

#include "adapters/system/prometheus_metrics.hpp"
#include "tests/fakes/committed_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::daemon {
namespace {

using namespace std::chrono_literals;

class LiveRegistrationsTest : public ::testing::Test {
 protected:
    fakes::CommittedStore store;
    fakes::ManualClock clock;
    system::PrometheusMetrics metrics;
    LiveRegistrations live{store, clock, metrics};

    /// A device that is registered for so long from now on.
    void register_device(unsigned n, Duration lifetime) {
        const auto number = std::to_string(n);
        const auto id = *DeviceId::parse("00000000-0000-4000-8000-00000000000" + number);
        store.put([&](ports::Transaction& tx) -> Status {
            if (auto made = tx.devices().insert({.id = id, .node_id = number}); !made) return made;
            return tx.registrations().save({.id = *RegistrationId::parse(std::string(23, '0') + number),
                                            .device = id,
                                            .expires_at = clock.now() + lifetime});
        });
    }
    std::string told() {
        live.refresh();
        const std::string name = "\ncellwise_lwm2m_registered ";
        const auto text = metrics.render();
        const auto from = text.find(name) + name.size();
        return text.substr(from, text.find('\n', from) - from);
    }
};

TEST_F(LiveRegistrationsTest, AreCountedWhenSomebodyAsks) {
    EXPECT_EQ(told(), "0");
    register_device(1, 1h);
    register_device(2, 1min);
    clock.advance(5s);
    EXPECT_EQ(told(), "2");
    clock.advance(1min);
    EXPECT_EQ(told(), "1") << "the other one has expired";
}

TEST_F(LiveRegistrationsTest, AreNotCountedAgainWithinFiveSeconds) {
    EXPECT_EQ(told(), "0");
    register_device(1, 1h);
    clock.advance(4999ms);
    EXPECT_EQ(told(), "0");
    clock.advance(1ms);
    EXPECT_EQ(told(), "1");
}

TEST_F(LiveRegistrationsTest, AreCountedAgainAfterTheClockWasSetBack) {
    EXPECT_EQ(told(), "0");
    register_device(1, 24h);
    clock.advance(-1h);
    EXPECT_EQ(told(), "1");
}

TEST_F(LiveRegistrationsTest, KeepTheLastFigureWhenTheDatabaseCannotBeRead) {
    register_device(1, 1h);
    EXPECT_EQ(told(), "1");
    clock.advance(10s);
    store.read_error = internal_error("database.failed", "broken");
    EXPECT_EQ(told(), "1");
}

}  // namespace
}  // namespace cellwise::daemon
