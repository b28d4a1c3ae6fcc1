// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/device_seats.hpp"

#include <gtest/gtest.h>

namespace cellwise::download {
namespace {

const DeviceId kOne = *DeviceId::parse("00000000-0000-4000-8000-000000000001");
const DeviceId kOther = *DeviceId::parse("00000000-0000-4000-8000-000000000002");

TEST(DeviceSeats, AreAsManyAsADeviceMayHave) {
    DeviceSeats seats(2);
    auto first = seats.take(kOne);
    const auto second = seats.take(kOne);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(seats.take(kOne));
    EXPECT_TRUE(seats.take(kOther));
    first.reset();
    EXPECT_TRUE(seats.take(kOne));
}

TEST(DeviceSeats, OutliveTheirKeeper) {
    std::unique_ptr<DeviceSeats::Seat> seat;
    {
        DeviceSeats seats(1);
        seat = seats.take(kOne);
    }
    EXPECT_TRUE(seat);
    seat.reset();
}

}  // namespace
}  // namespace cellwise::download
