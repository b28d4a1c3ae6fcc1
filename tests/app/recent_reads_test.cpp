// SPDX-License-Identifier: Apache-2.0
#include "app/recent_reads.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

const Timestamp kKeptAt = from_unix_ms(1'000'000);

TEST(RecentReads, AreGoodUntilTheDatabaseChanges) {
    RecentReads<int> reads;
    EXPECT_EQ(reads.find("a", 7, kKeptAt), std::nullopt);
    reads.keep("a", 7, kKeptAt, 42);
    EXPECT_EQ(reads.find("a", 7, kKeptAt), 42);
    EXPECT_EQ(reads.find("b", 7, kKeptAt), std::nullopt);
    EXPECT_EQ(reads.find("a", 8, kKeptAt), std::nullopt);
}

TEST(RecentReads, AreBelievedForASecond) {
    RecentReads<int> reads;
    reads.keep("a", 7, kKeptAt, 42);
    EXPECT_EQ(reads.find("a", 7, kKeptAt + Duration{999}), 42);
    EXPECT_EQ(reads.find("a", 7, kKeptAt + Duration{1'000}), std::nullopt);
    EXPECT_EQ(reads.find("a", 7, kKeptAt - Duration{1}), std::nullopt) << "the clock was set back";
}

TEST(RecentReads, KeepNothingOfADatabaseThatDoesNotCountItsCommits) {
    RecentReads<int> reads;
    reads.keep("a", 0, kKeptAt, 42);
    EXPECT_EQ(reads.find("a", 0, kKeptAt), std::nullopt);
}

TEST(RecentReads, AreBounded) {
    RecentReads<int> reads;
    for (int i = 0; i < 10'000; ++i) reads.keep(std::to_string(i), 7, kKeptAt, i);
    std::size_t kept = 0;
    for (int i = 0; i < 10'000; ++i) kept += reads.find(std::to_string(i), 7, kKeptAt).has_value();
    EXPECT_LE(kept, RecentReads<int>::kMost);
    EXPECT_EQ(reads.find("9999", 7, kKeptAt), 9999);
}

}  // namespace
}  // namespace cellwise::app
