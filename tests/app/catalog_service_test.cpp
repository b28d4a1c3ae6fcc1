// SPDX-License-Identifier: Apache-2.0
#include "app/catalog_service.hpp"

#include "tests/app/service_fixture.hpp"

namespace cellwise::app {
namespace {

class CatalogServiceTest : public ServiceFixture {
 protected:
    Result<domain::Product> create(const domain::Product& product) {
        return answer_of<domain::Product>([&](auto done) { catalog_.create(product, std::move(done)); });
    }
    Result<domain::Product> change(const ProductId& id, const ProductChange& change) {
        return answer_of<domain::Product>([&](auto done) { catalog_.change(id, change, std::move(done)); });
    }
    Status erase(const ProductId& id) {
        return answer_of<void>([&](auto done) { catalog_.erase(id, std::move(done)); });
    }
    std::optional<domain::Product> stored(const ProductId& id) {
        return store_.get([&](ports::Transaction& tx) { return tx.products().find(id); });
    }
};

TEST_F(CatalogServiceTest, GivesIdAndTimeAndStores) {
    const auto made = create(a_product());
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->id.empty());
    EXPECT_EQ(made->created_at, clock_.now());
    EXPECT_EQ(stored(made->id), *made);
}

TEST_F(CatalogServiceTest, RefusesTheSameModelTwice) {
    ASSERT_TRUE(create(a_product()));
    const auto again = create(a_product());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "product.duplicate");
}

TEST_F(CatalogServiceTest, NamesTheFieldThatIsWrong) {
    auto product = a_product();
    product.device_type = "";
    const auto made = create(product);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "text.invalid");
    EXPECT_EQ(made.error().field, "deviceType");
}

TEST_F(CatalogServiceTest, ChangesOnlyWhatIsAskedFor) {
    const auto product = create_product();
    const auto changed = change(product.id, {.supports_software_upgrade = false});
    ASSERT_TRUE(changed);
    auto expected = product;
    expected.supports_software_upgrade = false;
    EXPECT_EQ(*changed, expected);
    EXPECT_EQ(stored(product.id), expected);
}

TEST_F(CatalogServiceTest, KeepsTheProductWhenAChangeIsWrong) {
    const auto product = create_product();
    const auto changed = change(product.id, {.manufacturer_id = "", .supports_software_upgrade = false});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().field, "manufacturerId");
    EXPECT_EQ(stored(product.id), product);
}

TEST_F(CatalogServiceTest, DoesNotKnowWhatIsNotThere) {
    const auto nobody = *ProductId::parse("0123456789abcdef01234567");
    const auto changed = change(nobody, {});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, "product.not_found");
    EXPECT_EQ(changed.error().value, nobody.view());
    const auto erased = erase(nobody);
    ASSERT_FALSE(erased);
    EXPECT_EQ(erased.error().code, "product.not_found");
}

TEST_F(CatalogServiceTest, ErasesUnlessDevicesAreOfIt) {
    const auto used = create_product("used");
    const auto unused = create_product("unused");
    create_device({.node_id = "1", .product = used.id});
    const auto refused = erase(used.id);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "product.in_use");
    EXPECT_TRUE(erase(unused.id));
    EXPECT_FALSE(stored(unused.id));
}

TEST_F(CatalogServiceTest, TellsWhenStoringFails) {
    store_.write_error = Error{.kind = ErrorKind::StorageFull, .code = "storage.full"};
    const auto made = create(a_product());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "storage.full");
}

}  // namespace
}  // namespace cellwise::app
