// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using ports::DownloadToken;
using ports::Transaction;

DownloadToken token(unsigned n) {
    const auto digits = std::to_string(n);
    return {.hash = std::string(64 - digits.size(), 'a') + digits,
            .device = nth<DeviceId>(n),
            .package = nth<PackageId>(n),
            .job = nth<JobId>(n),
            .expires_at = at_second(n)};
}

TEST_P(DownloadTokenStoreContract, ReadsBackWhatWasInsertedByItsHash) {
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(is_ok(change([n](Transaction& tx) { return tx.download_tokens().insert(token(n)); })));
    }
    const auto found = [this](const std::string& hash) {
        return see([&](Transaction& tx) { return tx.download_tokens().find(hash); }).value();
    };
    EXPECT_EQ(found(token(1).hash), token(1)) << "without a device, a package or a job: they may be gone";
    EXPECT_EQ(found(token(2).hash), token(2));
    EXPECT_EQ(found(token(3).hash), std::nullopt);
    EXPECT_EQ(found(hostile_text()), std::nullopt);
    EXPECT_EQ(found(""), std::nullopt);
}

TEST_P(DownloadTokenStoreContract, KeepsSeveralTokensOfOneJob) {
    auto repeated = token(2);
    repeated.device = nth<DeviceId>(1);
    repeated.package = nth<PackageId>(1);
    repeated.job = nth<JobId>(1);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.download_tokens().insert(token(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.download_tokens().insert(repeated); })));
    EXPECT_TRUE(see([](Transaction& tx) { return tx.download_tokens().find(token(1).hash); }).value());
    EXPECT_TRUE(see([](Transaction& tx) { return tx.download_tokens().find(token(2).hash); }).value());
}

TEST_P(DownloadTokenStoreContract, TakesNoHashTwice) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.download_tokens().insert(token(1)); })));
    EXPECT_FALSE(change([](Transaction& tx) { return tx.download_tokens().insert(token(1)); }));
}

TEST_P(DownloadTokenStoreContract, ErasesWhatHasExpiredALimitedAmountAtATime) {
    for (const unsigned n : {1U, 2U, 3U, 4U}) {
        ASSERT_TRUE(is_ok(change([n](Transaction& tx) { return tx.download_tokens().insert(token(n)); })));
    }
    const auto erase = [this](std::int64_t second, std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.download_tokens().erase_expired(at_second(second), limit); })
            .value();
    };
    EXPECT_EQ(erase(3, 2), 2);
    EXPECT_EQ(erase(3, 2), 1);
    EXPECT_EQ(erase(3, 2), 0);
    const auto is_there = [this](unsigned n) {
        return see([&](Transaction& tx) { return tx.download_tokens().find(token(n).hash); }).value().has_value();
    };
    EXPECT_FALSE(is_there(3)) << "at its very end it has expired";
    EXPECT_TRUE(is_there(4));
}

}  // namespace
}  // namespace cellwise::contract
