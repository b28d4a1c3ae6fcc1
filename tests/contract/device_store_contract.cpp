// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include <array>

namespace cellwise::contract {
namespace {

using domain::Device;
using ports::DeviceFilter;
using ports::Transaction;

TEST_P(DeviceStoreContract, ReadsBackByIdAndByNodeId) {
    given_product(1);
    auto hostile = device(2);
    hostile.app = AppId{};
    hostile.node_id = hostile.name = hostile_text();
    hostile.software_version = hostile_version();
    hostile.last_seen_at = std::nullopt;
    auto silent = device(3);
    silent.software_version = {};
    silent.name = "";
    for (const auto& row : {device(1), hostile, silent}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().insert(row); })));
        EXPECT_EQ(see([&](Transaction& tx) { return tx.devices().find(row.id); }).value(), row);
        EXPECT_EQ(see([&](Transaction& tx) { return tx.devices().find_by_node_id(row.node_id); }).value(), row);
    }
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().find(nth<DeviceId>(9)); }).value(), std::nullopt);
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().find_by_node_id("urn:imei:"); }).value(), std::nullopt);
}

TEST_P(DeviceStoreContract, RefusesASecondDeviceOfTheSameNodeId) {
    given_product(1);
    given_device(1);
    given_device(2);
    auto same = device(3);
    same.node_id = device(1).node_id;
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.devices().insert(same); }), "device.node_id.duplicate"));
    same.id = nth<DeviceId>(2);
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.devices().save(same); }), "device.node_id.duplicate"));
}

TEST_P(DeviceStoreContract, RefusesADeviceOfNoProduct) {
    given_product(1);
    given_device(1);
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.devices().insert(device(2, 7)); }),
                         ErrorKind::NotFound, "product.not_found"));
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.devices().save(device(1, 7)); }), ErrorKind::NotFound,
                         "product.not_found"));
}

TEST_P(DeviceStoreContract, KeepsADeviceWhoseProductIsNotSaidYet) {
    given_product(1);
    auto vague = device(1);
    vague.product = ProductId{};
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().insert(vague); })));
    vague.name = "renamed";
    for (const auto& row : {vague, device(1), vague}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().save(row); })));
        EXPECT_EQ(see([](Transaction& tx) { return tx.devices().find(nth<DeviceId>(1)); }).value(), row);
    }
}

TEST_P(DeviceStoreContract, SavesTheWholeRow) {
    given_product(1);
    given_product(2);
    given_device(1);
    auto seen = device(1);
    seen.name = "renamed";
    seen.last_seen_at = at_second(77);
    auto moved = device(1, 2);
    moved.app = AppId{};
    moved.node_id = "4711";
    moved.last_seen_at = std::nullopt;
    for (const auto& row : {seen, moved}) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().save(row); })));
        EXPECT_EQ(see([](Transaction& tx) { return tx.devices().find(nth<DeviceId>(1)); }).value(), row);
    }
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.devices().save(device(2)); }), ErrorKind::NotFound,
                         "device.not_found"));
}

TEST_P(DeviceStoreContract, RecordsTheVersionHeardLast) {
    given_product(1);
    given_device(1);
    const auto record = [this](unsigned n) {
        return change(
            [&](Transaction& tx) { return tx.devices().record_version(nth<DeviceId>(n), hostile_version()); });
    };
    ASSERT_TRUE(is_ok(record(1)));
    auto wanted = device(1);
    wanted.software_version = hostile_version();
    EXPECT_EQ(see([](Transaction& tx) { return tx.devices().find(nth<DeviceId>(1)); }).value(), wanted);
    EXPECT_TRUE(is_ok(record(2))) << "a job that ends after its device was deleted must not fail";
}

TEST_P(DeviceStoreContract, ErasesWhatBelongsToTheDeviceAlone) {
    given_product(1);
    for (const unsigned n : {1U, 2U}) {
        given_device(n);
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.registrations().save(registration(n)); })));
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.uplinks().append(uplink(n, 1)); })));
    }
    const std::array members{nth<DeviceId>(1), nth<DeviceId>(2)};
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(1), members); })));
    given_task(task(1));
    given_job(job_in(domain::JobState::Succeeded, 1));

    EXPECT_TRUE(change([](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(1)); }).value());
    EXPECT_FALSE(change([](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(1)); }).value());

    const auto registered = [this](unsigned n) {
        return see([&](Transaction& tx) { return tx.registrations().find_by_device(nth<DeviceId>(n)); }).value();
    };
    EXPECT_EQ(registered(1), std::nullopt);
    EXPECT_EQ(registered(2), registration(2));
    const auto uplinks = [this](unsigned n) {
        return see([&](Transaction& tx) { return tx.uplinks().list(nth<DeviceId>(n), {}); }).value().items.size();
    };
    EXPECT_EQ(uplinks(1), 0U);
    EXPECT_EQ(uplinks(2), 1U);
    const DeviceFilter in_group{.group = nth<GroupId>(1)};
    EXPECT_EQ(see([&](Transaction& tx) { return tx.devices().list(in_group, {}); }).value().items,
              std::vector{device(2)});
    EXPECT_TRUE(see([](Transaction& tx) { return tx.jobs().find(job(1).id); }).value()) << "history stays";
}

TEST_P(DeviceStoreContract, ListsAndCountsByTheVersionHeardLast) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U, 4U}) given_device(n);
    const auto record = [this](unsigned n, const domain::Version& version) {
        ASSERT_TRUE(
            is_ok(change([&](Transaction& tx) { return tx.devices().record_version(nth<DeviceId>(n), version); })));
    };
    record(2, hostile_version());
    record(4, hostile_version());
    auto saved = device(3);
    saved.software_version = hostile_version();
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().save(saved); })));
    const DeviceFilter hostile{.software_version = hostile_version()};
    const auto rows = all_pages(1, [&](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.devices().list(hostile, page); });
    });
    std::vector<std::string> ids;
    for (const auto& row : rows) ids.push_back(row.id.str().substr(35));
    EXPECT_EQ(ids, (std::vector<std::string>{"2", "3", "4"}));
    EXPECT_EQ(see([&](Transaction& tx) { return tx.devices().count(hostile); }).value(), 3);
    const DeviceFilter plain{.app = nth<AppId>(1), .software_version = version("V1")};
    EXPECT_EQ(see([&](Transaction& tx) { return tx.devices().count(plain); }).value(), 1);
}

struct FilterCase {
    DeviceFilter filter;
    std::vector<unsigned> numbers;
};

TEST_P(DeviceStoreContract, ListsAndCountsByEveryFilter) {
    given_product(1);
    given_product(2);
    const auto row = [](unsigned n, unsigned app, unsigned product, const std::string& node_id) {
        auto filled = device(n, product);
        filled.app = nth<AppId>(app);
        filled.node_id = node_id;
        return filled;
    };
    const std::vector rows{row(1, 1, 1, "abd"), row(2, 1, 2, "abc"), row(3, 2, 1, "ab"), row(4, 2, 2, "aa"),
                           row(5, 1, 1, "\xFF\xFF")};
    for (const auto& each : rows) {
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().insert(each); })));
    }
    const std::array members{nth<DeviceId>(5), nth<DeviceId>(1), nth<DeviceId>(4)};
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.groups().insert(group(1)); })));
    ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.groups().add_members(nth<GroupId>(1), members); })));

    const auto one = nth<AppId>(1);
    const auto two = nth<ProductId>(2);
    const auto grouped = nth<GroupId>(1);
    const std::vector<FilterCase> cases{
        {{}, {1, 2, 3, 4, 5}},
        {{.app = one}, {1, 2, 5}},
        {{.product = two}, {2, 4}},
        {{.app = one, .product = two}, {2}},
        {{.group = grouped}, {1, 4, 5}},
        {{.app = one, .group = grouped}, {1, 5}},
        {{.product = two, .group = grouped}, {4}},
        {{.node_id_prefix = ""}, {1, 2, 3, 4, 5}},
        {{.node_id_prefix = "ab"}, {3, 2, 1}},  // in order of node id
        {{.node_id_prefix = "a"}, {4, 3, 2, 1}},
        {{.node_id_prefix = "abc"}, {2}},
        {{.node_id_prefix = "b"}, {}},
        {{.node_id_prefix = "\xFF"}, {5}},
        {{.node_id_prefix = "\xFF\xFF"}, {5}},
        {{.node_id_prefix = "a%"}, {}},
        {{.app = one, .node_id_prefix = "ab"}, {2, 1}},
        {{.product = two, .node_id_prefix = "a"}, {4, 2}},
        {{.group = grouped, .node_id_prefix = "a"}, {1, 4}},
        {{.app = nth<AppId>(9)}, {}},
        {{.group = nth<GroupId>(9)}, {}},
    };
    for (const auto& each : cases) {
        std::vector<Device> wanted;
        for (const auto n : each.numbers) wanted.push_back(rows[n - 1]);
        const auto list = [&](const ports::PageRequest& page) {
            return see([&](Transaction& tx) { return tx.devices().list(each.filter, page); });
        };
        EXPECT_EQ(all_pages(1, list), wanted);
        EXPECT_EQ(all_pages(2, list), wanted);
        EXPECT_EQ(all_pages(50, list), wanted);
        const auto count = see([&](Transaction& tx) { return tx.devices().count(each.filter); });
        EXPECT_EQ(count.value(), static_cast<std::int64_t>(wanted.size()));
    }
}

TEST_P(DeviceStoreContract, SkipsByOffset) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U}) given_device(n);
    const auto page =
        see([](Transaction& tx) { return tx.devices().list({.app = nth<AppId>(1)}, {.limit = 1, .offset = 1}); });
    EXPECT_EQ(page.value().items, std::vector{device(2)});
    EXPECT_FALSE(page.value().next.empty());
}

TEST_P(DeviceStoreContract, RefusesACursorOfAnotherList) {
    const auto page =
        see([](Transaction& tx) { return tx.devices().list({.node_id_prefix = "a"}, {.after = "no hex"}); });
    EXPECT_TRUE(is_error(page, ErrorKind::InvalidInput, "page.cursor.malformed"));
}

domain::DeviceDetails details(unsigned n) {
    return {.device = nth<DeviceId>(n),
            .verify_code = "4711",
            .end_user_id = "user",
            .imsi = "46000",
            .manufacturer_id = "acme",
            .protocol = "CoAP",
            .mute = "TRUE",
            .location = hostile_text(),
            .region = "north",
            .timezone = "UTC",
            .organization = "works",
            .tags = "[1]",
            .secure = true,
            .sealed_psk = "1:00",
            .sealed_secret = "1:01",
            .timeout_seconds = 4'000'000'000,
            .expires_at = at_second(n),
            .cell = "4242"};
}

TEST_P(DeviceStoreContract, ReadsBackTheDetailsOfADevice) {
    given_product(1);
    given_device(1);
    const auto save = [this](const domain::DeviceDetails& row) {
        return change([&](Transaction& tx) { return tx.devices().save_details(row); });
    };
    const auto find = [this] {
        return see([](Transaction& tx) { return tx.devices().find_details(nth<DeviceId>(1)); }).value();
    };
    EXPECT_EQ(find(), std::nullopt);
    for (const auto& row : {details(1), domain::DeviceDetails{.device = nth<DeviceId>(1)}}) {
        ASSERT_TRUE(is_ok(save(row)));
        EXPECT_EQ(find(), row);
    }
    EXPECT_TRUE(is_error(save(details(2)), ErrorKind::NotFound, "device.not_found"));
    ASSERT_TRUE(change([](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(1)); }).value());
    EXPECT_EQ(find(), std::nullopt) << "they go with the device";
}

TEST_P(DeviceStoreContract, NamesTheDetailsThatExpireEarliestFirst) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U}) {
        given_device(n);
        auto row = details(n);
        if (n == 1) row.expires_at = at_second(9);
        ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.devices().save_details(row); })));
    }
    const auto expired = [this](std::int64_t second, std::uint32_t limit) {
        std::vector<DeviceId> ids;
        const auto rows = see([&](Transaction& tx) { return tx.devices().expired(at_second(second), limit); });
        for (const auto& row : rows.value()) ids.push_back(row.device);
        return ids;
    };
    EXPECT_EQ(expired(1, 10), std::vector<DeviceId>{});
    EXPECT_EQ(expired(9, 10), (std::vector{nth<DeviceId>(2), nth<DeviceId>(3), nth<DeviceId>(1)}));
    EXPECT_EQ(expired(9, 1), std::vector{nth<DeviceId>(2)});
}

TEST_P(DeviceStoreContract, DeletesWhatErasedDevicesLeftInBoundedSteps) {
    given_product(1);
    for (const unsigned n : {1U, 2U, 3U}) {
        given_device(n);
        for (int second = 0; second < 5; ++second) {
            ASSERT_TRUE(is_ok(change([&](Transaction& tx) { return tx.uplinks().append(uplink(n, second)); })));
        }
    }
    const auto uplinks = [this](unsigned n) {
        return see([&](Transaction& tx) { return tx.uplinks().list(nth<DeviceId>(n), {}); }).value().items.size();
    };
    for (const unsigned n : {1U, 2U}) {
        ASSERT_TRUE(change([&](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(n)); }).value());
        EXPECT_EQ(uplinks(n), 0U) << "nobody sees them any more";
    }
    std::vector<std::int64_t> steps;
    do {
        steps.push_back(change([](Transaction& tx) { return tx.devices().erase_remains(5); }).value());
    } while (steps.back() == 5 && steps.size() < 10);
    EXPECT_EQ(steps, (std::vector<std::int64_t>{5, 5, 2})) << "10 uplinks and the two that tell of them";
    EXPECT_EQ(uplinks(3), 5U);
    EXPECT_EQ(change([](Transaction& tx) { return tx.uplinks().erase_before(at_second(9), 100); }).value(), 5)
        << "nothing else is left";
}

}  // namespace
}  // namespace cellwise::contract
