// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/storage_ledger.hpp"

#include <gtest/gtest.h>

namespace cellwise::system {
namespace {

TEST(StorageLedger, LetsInUpToItsQuotaAndNotAByteMore) {
    StorageLedger ledger(100, 40);
    EXPECT_TRUE(ledger.charge("a", 50));
    EXPECT_FALSE(ledger.charge("b", 11));
    EXPECT_EQ(ledger.used(), 90U);
    EXPECT_TRUE(ledger.charge("b", 10));
    EXPECT_TRUE(ledger.has_room(0));
    EXPECT_FALSE(ledger.has_room(1));
}

TEST(StorageLedger, ChargesWhatGrewByOthersOnce) {
    StorageLedger ledger(100, 0);
    EXPECT_TRUE(ledger.charge("a", 30));
    EXPECT_TRUE(ledger.charge_up_to("a", 80));
    EXPECT_TRUE(ledger.charge_up_to("a", 80));
    EXPECT_EQ(ledger.used(), 80U);
    EXPECT_FALSE(ledger.charge_up_to("a", 101));
    EXPECT_EQ(ledger.used(), 80U);
}

TEST(StorageLedger, GivesBackWhatIsDroppedReplacedOrErased) {
    StorageLedger ledger(100, 20);
    EXPECT_TRUE(ledger.charge("a", 30));
    ledger.drop("a");
    ledger.drop("a");
    EXPECT_EQ(ledger.used(), 20U);
    EXPECT_TRUE(ledger.charge("b", 30));
    ledger.keep("b", 20);
    ledger.drop("b");  // it is kept by now
    EXPECT_EQ(ledger.used(), 30U);
    ledger.erase(30);
    EXPECT_EQ(ledger.used(), 0U);
}

TEST(StorageLedger, LetsNothingInWhenMoreIsKeptThanItsQuotaAllows) {
    StorageLedger ledger(100, 150);
    EXPECT_FALSE(ledger.has_room(0));
    EXPECT_FALSE(ledger.charge("a", 1));
    ledger.erase(100);
    EXPECT_TRUE(ledger.charge("a", 50));
}

TEST(StorageLedger, DoesNotOverflow) {
    StorageLedger ledger(~0ULL, 10);
    EXPECT_FALSE(ledger.charge("a", ~0ULL - 9));
    EXPECT_TRUE(ledger.charge("a", ~0ULL - 10));
}

}  // namespace
}  // namespace cellwise::system
