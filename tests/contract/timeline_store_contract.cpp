// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using domain::TimelineEntry;
using domain::TimelineKind;
using ports::Transaction;

TimelineEntry entry(unsigned device, std::int64_t second) {
    return {.device = nth<DeviceId>(device),
            .at = at_second(second),
            .kind = TimelineKind::Job,
            .task = nth<TaskId>(1),
            .job = nth<JobId>(device),
            .state = "queued",
            .detail = hostile_text()};
}

std::vector<std::int64_t> numbers(const std::vector<TimelineEntry>& entries) {
    std::vector<std::int64_t> out;
    for (const auto& each : entries) out.push_back(each.number);
    return out;
}

TEST_P(TimelineStoreContract, ListsWhatHappenedToADeviceNewestFirst) {
    given_product();
    given_device(1);
    given_device(2);
    auto second = entry(1, 5);
    second.kind = TimelineKind::Registered;
    second.task = TaskId{};
    second.job = JobId{};
    second.state = second.detail = "";
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) -> Status {
        for (const auto& row : {entry(1, 9), entry(2, 1), second}) {
            if (auto appended = tx.timeline().append(row); !appended) return appended;
        }
        return {};
    })));
    auto first = entry(1, 9);
    first.number = 1;
    second.number = 2;
    const auto of = [this](unsigned device) {
        return see([&](Transaction& tx) { return tx.timeline().list(nth<DeviceId>(device), {}); }).value().items;
    };
    EXPECT_EQ(of(1), (std::vector{second, first})) << "in order of what was told, not of any clock";
    EXPECT_EQ(numbers(of(2)), std::vector<std::int64_t>{1});
    EXPECT_TRUE(of(3).empty());
}

TEST_P(TimelineStoreContract, KeepsTheNewestOfEachDeviceAndNoMore) {
    given_product();
    given_device(1);
    given_device(2);
    const auto append = [this](unsigned device, std::int64_t count) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) -> Status {
            for (std::int64_t n = 0; n < count; ++n) {
                if (auto appended = tx.timeline().append(entry(device, n)); !appended) return appended;
            }
            return {};
        })));
    };
    append(2, 3);
    append(1, domain::kLongestTimeline + 7);
    const auto of = [this](unsigned device) {
        return all_pages(30, [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.timeline().list(nth<DeviceId>(device), page); });
        });
    };
    const auto kept = numbers(of(1));
    ASSERT_EQ(kept.size(), static_cast<std::size_t>(domain::kLongestTimeline));
    EXPECT_EQ(kept.front(), domain::kLongestTimeline + 7);
    EXPECT_EQ(kept.back(), 8);
    EXPECT_EQ(of(2).size(), 3U);
}

TEST_P(TimelineStoreContract, TellsNothingOfADeviceThatIsGone) {
    given_product();
    given_device(1);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.timeline().append(entry(1, 1)); })));
    ASSERT_TRUE(change([](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(1)); }).value());
    const auto left = [this] {
        return see([](Transaction& tx) { return tx.timeline().list(nth<DeviceId>(1), {}); }).value().items;
    };
    EXPECT_TRUE(left().empty());
    EXPECT_TRUE(is_ok(change([](Transaction& tx) { return tx.timeline().append(entry(1, 2)); })))
        << "its last job may still end";
    EXPECT_TRUE(left().empty());
}

TEST_P(TimelineStoreContract, ErasesWhatIsOldInBoundedSteps) {
    given_product();
    given_device(1);
    given_device(2);
    ASSERT_TRUE(is_ok(change([](Transaction& tx) -> Status {
        for (const auto& row : {entry(1, 1), entry(2, 2), entry(1, 3), entry(2, 4)}) {
            if (auto appended = tx.timeline().append(row); !appended) return appended;
        }
        return {};
    })));
    const auto erase = [this](std::uint32_t limit) {
        return change([&](Transaction& tx) { return tx.timeline().erase_before(at_second(4), limit); }).value();
    };
    EXPECT_EQ(erase(2), 2);
    EXPECT_EQ(erase(2), 1);
    EXPECT_EQ(erase(2), 0);
    const auto rows = see([](Transaction& tx) { return tx.timeline().list(nth<DeviceId>(2), {}); }).value().items;
    EXPECT_EQ(numbers(rows), std::vector<std::int64_t>{2});
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.timeline().append(entry(1, 5)); })));
    const auto again = see([](Transaction& tx) { return tx.timeline().list(nth<DeviceId>(1), {}); }).value().items;
    EXPECT_EQ(numbers(again).size(), 1U);
}

TEST_P(TimelineStoreContract, RefusesACursorOfAnotherList) {
    const auto page = see([](Transaction& tx) { return tx.timeline().list(nth<DeviceId>(1), {.after = "x"}); });
    EXPECT_TRUE(is_error(page, ErrorKind::InvalidInput, "page.cursor.malformed"));
}

}  // namespace
}  // namespace cellwise::contract
