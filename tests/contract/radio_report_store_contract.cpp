// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using ports::Transaction;

const domain::RadioReport kFull{.cell = domain::CellId{"4242"}, .rsrp_dbm = -97.5, .sinr_db = 9};

TEST_P(RadioReportStoreContract, ReadsBackTheLast) {
    given_product(1);
    given_device(1);
    const auto find = [this] {
        return see([](Transaction& tx) { return tx.radio_reports().find(nth<DeviceId>(1)); }).value();
    };
    EXPECT_EQ(find(), std::nullopt);
    for (const auto& report : {kFull, domain::RadioReport{.cell = domain::CellId{"7"}}, domain::RadioReport{}}) {
        ASSERT_TRUE(
            is_ok(change([&](Transaction& tx) { return tx.radio_reports().save(nth<DeviceId>(1), report); })));
        EXPECT_EQ(find(), report);
    }
}

TEST_P(RadioReportStoreContract, ForgetsWithTheDevice) {
    given_product(1);
    given_device(1);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.radio_reports().save(nth<DeviceId>(1), kFull); })));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) -> Status {
        auto erased = tx.devices().erase(nth<DeviceId>(1));
        return erased ? Status{} : erased.error();
    })));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.radio_reports().save(nth<DeviceId>(1), kFull); })))
        << "a report that was under way";
    EXPECT_EQ(see([](Transaction& tx) { return tx.radio_reports().find(nth<DeviceId>(1)); }).value(), std::nullopt);
}

}  // namespace
}  // namespace cellwise::contract
