// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

namespace cellwise::contract {
namespace {

using ports::Transaction;

TEST_P(ProductStoreContract, ReadsBackWhatWasInserted) {
    given_product(1);
    given_product(2);
    EXPECT_EQ(see([](Transaction& tx) { return tx.products().find(nth<ProductId>(2)); }).value(), product(2));
    EXPECT_EQ(see([](Transaction& tx) { return tx.products().find(nth<ProductId>(3)); }).value(), std::nullopt);
}

TEST_P(ProductStoreContract, FindsAModelByAllThreeOfItsNames) {
    given_product(1);
    const auto find = [this](const char* maker, const char* type, const char* model) {
        return see([&](Transaction& tx) { return tx.products().find_model(maker, type, model); }).value();
    };
    EXPECT_EQ(find("Maker 1", "Meter 1", "Model 1"), product(1));
    EXPECT_EQ(find("Maker 2", "Meter 1", "Model 1"), std::nullopt);
    EXPECT_EQ(find("Maker 1", "meter 1", "Model 1"), std::nullopt);
    EXPECT_EQ(find("Maker 1", "Meter 1", "Model"), std::nullopt);
}

TEST_P(ProductStoreContract, KnowsTheManufacturersOfItsProducts) {
    given_product(1);
    const auto names = [this](const char* maker) {
        return see([&](Transaction& tx) { return tx.products().names_manufacturer(maker); }).value();
    };
    EXPECT_TRUE(names("Maker 1"));
    EXPECT_FALSE(names("Maker"));
}

TEST_P(ProductStoreContract, RefusesASecondProductOfTheSameModel) {
    given_product(1);
    auto same_model = product(1);
    same_model.id = nth<ProductId>(2);
    auto same_id = product(2);
    same_id.id = nth<ProductId>(1);
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.products().insert(same_model); }), "product.duplicate"));
    EXPECT_TRUE(
        is_conflict(change([&](Transaction& tx) { return tx.products().insert(same_id); }), "product.duplicate"));
    EXPECT_EQ(see([](Transaction& tx) { return tx.products().find(nth<ProductId>(1)); }).value(), product(1));
}

TEST_P(ProductStoreContract, SavesOnlyWhatIsThere) {
    given_product(1);
    given_product(2);
    auto changed = product(1);
    changed.manufacturer_name = hostile_text();
    changed.protocol = domain::Protocol::Mqtt;
    changed.supports_software_upgrade = false;
    EXPECT_TRUE(is_ok(change([&](Transaction& tx) { return tx.products().save(changed); })));
    EXPECT_EQ(see([](Transaction& tx) { return tx.products().find(nth<ProductId>(1)); }).value(), changed);
    EXPECT_EQ(see([](Transaction& tx) { return tx.products().find(nth<ProductId>(2)); }).value(), product(2));

    auto clash = product(1);
    clash.id = nth<ProductId>(2);
    clash.manufacturer_name = hostile_text();
    EXPECT_TRUE(is_conflict(change([&](Transaction& tx) { return tx.products().save(clash); }), "product.duplicate"));
    EXPECT_TRUE(is_error(change([](Transaction& tx) { return tx.products().save(product(3)); }), ErrorKind::NotFound,
                         "product.not_found"));
}

TEST_P(ProductStoreContract, KeepsAProductWhileDevicesAreOfIt) {
    given_product(1);
    given_device(1);
    const auto erase = [this] {
        return change([](Transaction& tx) { return tx.products().erase(nth<ProductId>(1)); });
    };
    EXPECT_TRUE(is_conflict(erase(), "product.in_use"));
    ASSERT_TRUE(is_ok(change([](Transaction& tx) { return tx.devices().erase(nth<DeviceId>(1)); })));
    EXPECT_TRUE(erase().value());
    EXPECT_FALSE(erase().value());
}

TEST_P(ProductStoreContract, ListsByIdPageByPage) {
    for (const unsigned n : {5U, 3U, 1U, 4U, 2U}) given_product(n);
    const auto list = [this](const ports::PageRequest& page) {
        return see([&](Transaction& tx) { return tx.products().list(page); });
    };
    const std::vector all{product(1), product(2), product(3), product(4), product(5)};
    EXPECT_EQ(all_pages(2, list), all);
    EXPECT_EQ(all_pages(5, list), all);
    EXPECT_EQ(all_pages(50, list), all);
    EXPECT_EQ(list({.limit = 2, .offset = 3}).value().items, (std::vector{product(4), product(5)}));
    EXPECT_TRUE(list({.limit = 2, .offset = 3}).value().next.empty());
    EXPECT_TRUE(list({.offset = ~std::uint64_t{0}}).value().items.empty());
    EXPECT_TRUE(list({.after = hostile_text()}).value().next.empty());
}

}  // namespace
}  // namespace cellwise::contract
