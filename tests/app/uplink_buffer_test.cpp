// SPDX-License-Identifier: Apache-2.0
#include "app/uplink_buffer.hpp"

#include "tests/fakes/null_metrics.hpp"
#include "tests/scenarios/world.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

TEST(UplinkBuffer, KeepsTheBusinessDataOfDevicesForTheApplicationServers) {
    scenarios::World world;
    world.start_process();
    const auto device = world.add_device(scenarios::kGood);
    world.run_for(std::chrono::minutes{3});
    std::vector<ports::Uplink> kept;
    world.change([&](ports::Transaction& tx) -> Status {
        kept = tx.uplinks().list(device, {.limit = 100})->items;
        return Status{};
    });
    ASSERT_GE(kept.size(), 2U);
    EXPECT_EQ(as_text(kept.front().payload), "23.5 m3");
}

TEST(UplinkBuffer, WritesNothingWhenNothingCame) {
    struct Unwritten final : ports::Database {
        int writes = 0;
        void write(Work, Done) override { ++writes; }
        Status read(const Work&) override { return Status{}; }
    } database;
    fakes::NullMetrics metrics;
    UplinkBuffer buffer(database, metrics);
    buffer.flush();
    EXPECT_EQ(database.writes, 0);
    buffer.keep({}, as_bytes("x"), {});
    buffer.flush();
    buffer.flush();
    EXPECT_EQ(database.writes, 1);
}

}  // namespace
}  // namespace cellwise::app
