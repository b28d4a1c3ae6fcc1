// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using ports::Transaction;

TEST_P(KeyStoreContract, ReadsBackByIdAndByFingerprint) {
    auto revoked = public_key(2);
    revoked.revoked_at = at_second(99);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.keys().insert(public_key(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.keys().insert(revoked); })));
    EXPECT_EQ(see([](Transaction& tx) { return tx.keys().find(nth<KeyId>(1)); }).value(), public_key(1));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.keys().find_by_fingerprint(revoked.fingerprint); }).value(),
              revoked);
    EXPECT_EQ(see([](Transaction& tx) { return tx.keys().find_by_fingerprint("f"); }).value(), std::nullopt);
}

TEST_P(KeyStoreContract, RefusesASecondKeyOfTheSameFingerprint) {
    auto same = public_key(2);
    same.fingerprint = public_key(1).fingerprint;
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.keys().insert(public_key(1)); })));
    EXPECT_TRUE(is_conflict(change([&](Transaction& tx) { return tx.keys().insert(same); }), "public_key.duplicate"));
}

TEST_P(KeyStoreContract, SavesARevocation) {
    auto key = public_key(1);
    EXPECT_TRUE(is_error(change([&](Transaction& tx) { return tx.keys().save(key); }), ErrorKind::NotFound,
                         "public_key.not_found"));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.keys().insert(key); })));
    key.revoked_at = at_second(5);
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.keys().save(key); })));
    EXPECT_EQ(see([](Transaction& tx) { return tx.keys().find(nth<KeyId>(1)); }).value(), key);
}

TEST_P(KeyStoreContract, ListsByIdPageByPage) {
    for (const unsigned n : {2U, 3U, 1U}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.keys().insert(public_key(n)); })));
    }
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.keys().list(page); });
    };
    EXPECT_EQ(all_pages(1, list), (std::vector{public_key(1), public_key(2), public_key(3)}));
    EXPECT_EQ(list({.offset = 2}).value().items, std::vector{public_key(3)});
}

}  // namespace
}  // namespace cellwise::contract
