// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using ports::PackageFilter;
using ports::Transaction;

TEST_P(PackageStoreContract, ReadsBackWhatWasInserted) {
    auto bare = package(2);
    bare.app = AppId{};
    bare.description.source_versions = {};
    bare.description.protocol = domain::Protocol::Mqtt;
    auto hostile = package(3);
    hostile.name = hostile.description.description = hostile_text();
    hostile.description.source_versions = {hostile_text(), "", "*"};
    for (const auto& row : {package(1), bare, hostile}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.packages().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.packages().find(row.id); }).value(), row);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.packages().find(nth<PackageId>(9)); }).value(), std::nullopt);
}

TEST_P(PackageStoreContract, RefusesASecondPackageOfTheSameModelAndVersion) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    auto same = package(2);
    same.description.version = package(1).description.version;
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.packages().insert(same); }), "package.duplicate"));
    same.description.model = "another";
    EXPECT_TRUE(is_ok(change([&](Transaction& tx) { return tx.packages().insert(same); })));
}

TEST_P(PackageStoreContract, FindsAVersionByAllOfItsBytes) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    const auto find = [this](const domain::Version& wanted) {
        return see([&](Transaction& tx) {
                   return tx.packages().find_version("Maker 1", "Meter 1", "Model 1", wanted);
               })
            .value();
    };
    EXPECT_EQ(find(version("V1")), package(1));
    EXPECT_EQ(find(version("V10")), std::nullopt);
    EXPECT_EQ(find(version("v1")), std::nullopt);
}

TEST_P(PackageStoreContract, KnowsWhichArchivesAreNeeded) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    const auto uses = [this](const std::string& hash) {
        return see([&](Transaction& tx) { return tx.packages().uses_archive(hash); }).value();
    };
    EXPECT_TRUE(uses(package(1).archive_sha256));
    EXPECT_FALSE(uses(package(2).archive_sha256));
}

TEST_P(PackageStoreContract, KnowsWhichPayloadsAreNeeded) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    const auto uses = [this](const std::string& hash) {
        return see([&](Transaction& tx) { return tx.packages().uses_payload(hash); }).value();
    };
    EXPECT_TRUE(uses(package(1).payload_sha256));
    EXPECT_FALSE(uses(package(2).payload_sha256));
    EXPECT_FALSE(uses(package(1).archive_sha256));
}

TEST_P(PackageStoreContract, KeepsAPackageUntilTheTasksThatUseItHaveEnded) {
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.packages().insert(package(1)); })));
    auto user = task(1);
    given_task(user);
    const auto erase = [this] {
        return change([](Transaction& tx) { return tx.packages().erase(nth<PackageId>(1)); });
    };
    EXPECT_TRUE(is_conflict(erase(), "package.in_use"));
    user.state = domain::TaskState::Processing;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(user); })));
    EXPECT_TRUE(is_conflict(erase(), "package.in_use"));
    user.state = domain::TaskState::Stop;
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.tasks().save(user); })));
    EXPECT_TRUE(erase().value());
    EXPECT_FALSE(erase().value());
    EXPECT_EQ(see([](Transaction& tx) { return tx.packages().find(nth<PackageId>(1)); }).value(), std::nullopt);
}

TEST_P(PackageStoreContract, ListsAndCountsByEveryFilter) {
    const auto row = [](unsigned n, const char* maker, const char* type, const char* model, const char* text) {
        auto filled = package(n);
        filled.description.manufacturer_name = maker;
        filled.description.device_type = type;
        filled.description.model = model;
        filled.description.version = version(text);
        return filled;
    };
    const std::vector rows{row(1, "A", "x", "m", "1"), row(2, "A", "x", "n", "1"), row(3, "A", "y", "m", "2"),
                           row(4, "B", "x", "m", "1")};
    for (const auto& each : rows) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.packages().insert(each); })));
    }
    const auto expect = [&](const PackageFilter& filter, const std::vector<unsigned>& numbers) {
        const auto list = [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.packages().list(filter, page); });
        };
        std::vector<domain::Package> wanted;
        for (const auto n : numbers) wanted.push_back(rows[n - 1]);
        EXPECT_EQ(all_pages(1, list), wanted);
        EXPECT_EQ(all_pages(50, list), wanted);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.packages().count(filter); }).value(),
                  static_cast<std::int64_t>(numbers.size()));
    };
    expect({}, {1, 2, 3, 4});
    expect({.manufacturer_name = "A"}, {1, 2, 3});
    expect({.device_type = "x"}, {1, 2, 4});
    expect({.model = "m"}, {1, 3, 4});
    expect({.version = "1"}, {1, 2, 4});
    expect({.manufacturer_name = "A", .device_type = "x"}, {1, 2});
    expect({.manufacturer_name = "A", .device_type = "x", .model = "m"}, {1});
    expect({.manufacturer_name = "A", .device_type = "y", .model = "m", .version = "2"}, {3});
    expect({.version = "2 but longer than any version"}, {});
    expect({.manufacturer_name = hostile_text()}, {});
}

TEST_P(PackageStoreContract, ListsAndCountsOnlyWhatAnApplicationMayUse) {
    const auto row = [](unsigned n, const AppId& app) {
        auto filled = package(n);
        filled.app = app;
        return filled;
    };
    const std::vector rows{row(1, nth<AppId>(1)), row(2, {}), row(3, nth<AppId>(2)), row(4, nth<AppId>(1))};
    for (const auto& each : rows) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.packages().insert(each); })));
    }
    const PackageFilter filter{.usable_by = nth<AppId>(1)};
    const auto list = [&](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.packages().list(filter, page); });
    };
    const std::vector wanted{rows[0], rows[1], rows[3]};
    EXPECT_EQ(all_pages(1, list), wanted);
    EXPECT_EQ(all_pages(50, list), wanted);
    EXPECT_EQ(list({.limit = 1, .offset = 2}).value().items, std::vector{rows[3]}) << "others' are not even skipped";
    EXPECT_EQ(see([&](Transaction& tx) { return tx.packages().count(filter); }).value(), 3);
    const PackageFilter narrow{.version = rows[3].description.version.text(), .usable_by = nth<AppId>(1)};
    EXPECT_EQ(see([&](Transaction& tx) { return tx.packages().count(narrow); }).value(), 1);
}

}  // namespace
}  // namespace cellwise::contract
