// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using ports::Transaction;
using ports::Uplink;

TEST_P(UplinkStoreContract, ListsADevicesUplinksNewestFirst) {
    given_product(1);
    given_device(1);
    given_device(2);
    auto twin = uplink(1, 2);
    twin.payload = {};
    const auto text = hostile_text();
    auto hostile = uplink(1, 3);
    hostile.payload = Bytes(as_bytes(text).begin(), as_bytes(text).end());
    for (const auto& row : {uplink(1, 2), hostile, uplink(2, 9), twin, uplink(1, 1)}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.uplinks().append(row); })));
    }
    const std::vector<Uplink> wanted{hostile, twin, uplink(1, 2), uplink(1, 1)};
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.uplinks().list(nth<DeviceId>(1), page); });
    };
    EXPECT_EQ(all_pages(1, list), wanted);
    EXPECT_EQ(all_pages(3, list), wanted);
    EXPECT_EQ(list({.limit = 1, .offset = 3}).value().items, std::vector{wanted[3]});
    for (const auto* cursor : {"x", "1.x", "1", "x.1"}) {
        EXPECT_TRUE(is_error(list({.after = cursor}), ErrorKind::InvalidInput, "page.cursor.malformed")) << cursor;
    }
}

TEST_P(UplinkStoreContract, RefusesThoseOfUnknownDevices) {
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.uplinks().append(uplink(1, 1)); }),
                         ErrorKind::NotFound, "device.not_found"));
}

TEST_P(UplinkStoreContract, ErasesTheOldUpToALimit) {
    given_product(1);
    given_device(1);
    for (const int second : {3, 1, 2, 4}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.uplinks().append(uplink(1, second)); })));
    }
    const auto erase = [this](std::int64_t before, std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.uplinks().erase_before(at_second(before), limit); }).value();
    };
    const auto left = [this] {
        return see([](Transaction& tx) { return tx.uplinks().list(nth<DeviceId>(1), {}); }).value().items;
    };
    EXPECT_EQ(erase(1, 10), 0) << "at the very moment is not before";
    EXPECT_EQ(erase(4, 2), 2);
    EXPECT_EQ(left(), (std::vector{uplink(1, 4), uplink(1, 3)})) << "the oldest go first";
    EXPECT_EQ(erase(4, 2), 1);
    EXPECT_EQ(erase(4, 2), 0);
    EXPECT_EQ(left(), std::vector{uplink(1, 4)});
}

}  // namespace
}  // namespace cellwise::contract
