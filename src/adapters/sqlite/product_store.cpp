// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/product_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Product;

const std::string kColumns =
    "id, manufacturer_id, manufacturer_name, device_type, model, protocol, supports_software_upgrade,"
    " check_code_always_zero, created_at, mqtt_radio_service, mqtt_rsrp_property, mqtt_sinr_property,"
    " mqtt_cell_property, mqtt_sends_sign, mqtt_sends_file_name, mqtt_ranges_from_one";
const std::string kInsert =
    "INSERT INTO products (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const std::string kUpdate =
    "UPDATE products SET manufacturer_id = ?, manufacturer_name = ?, device_type = ?, model = ?, protocol = ?,"
    " supports_software_upgrade = ?, check_code_always_zero = ?, created_at = ?, mqtt_radio_service = ?,"
    " mqtt_rsrp_property = ?, mqtt_sinr_property = ?, mqtt_cell_property = ?, mqtt_sends_sign = ?,"
    " mqtt_sends_file_name = ?, mqtt_ranges_from_one = ? WHERE id = ?";
const std::string kDelete = "DELETE FROM products WHERE id = ?";
const std::string kFind = "SELECT " + kColumns + " FROM products WHERE id = ?";
const std::string kFindModel =
    "SELECT " + kColumns + " FROM products WHERE manufacturer_name = ? AND device_type = ? AND model = ?";
const std::string kNamesManufacturer = "SELECT 1 FROM products WHERE manufacturer_name = ? LIMIT 1";
const std::string kList = "SELECT id, " + kColumns + " FROM products WHERE id > ? ORDER BY id LIMIT ? OFFSET ?";

Product read_product(Query& row) {
    return {.id = row.id<ProductId>(),
            .manufacturer_id = row.text(),
            .manufacturer_name = row.text(),
            .device_type = row.text(),
            .model = row.text(),
            .protocol = row.named(domain::parse_protocol),
            .supports_software_upgrade = row.flag(),
            .check_code_always_zero = row.flag(),
            .created_at = row.time(),
            .mqtt = {.radio_service = row.text(),
                     .rsrp_property = row.text(),
                     .sinr_property = row.text(),
                     .cell_property = row.text(),
                     .sends_sign = row.flag(),
                     .sends_file_name = row.flag(),
                     .ranges_from_one = row.flag()}};
}

Error duplicate(const Product& product) {
    return conflict("product.duplicate", "a product model of this manufacturer name, device type and model exists",
                    product.manufacturer_name + "/" + product.device_type + "/" + product.model);
}
constexpr auto kModelColumns = "products.manufacturer_name, products.device_type, products.model";

}  // namespace

Status ProductStore::insert(const Product& product) try {
    const auto& mqtt = product.mqtt;
    Query(connection_, kInsert, product.id, product.manufacturer_id, product.manufacturer_name, product.device_type,
          product.model, to_string(product.protocol), product.supports_software_upgrade,
          product.check_code_always_zero, product.created_at, mqtt.radio_service, mqtt.rsrp_property,
          mqtt.sinr_property, mqtt.cell_property, mqtt.sends_sign, mqtt.sends_file_name, mqtt.ranges_from_one)
        .run();
    return {};
} catch (...) {
    return caught({{kModelColumns, duplicate(product)}, {"products.id", duplicate(product)}});
}

Status ProductStore::save(const Product& product) try {
    const auto& mqtt = product.mqtt;
    const int changed = Query(connection_, kUpdate, product.manufacturer_id, product.manufacturer_name,
                              product.device_type, product.model, to_string(product.protocol),
                              product.supports_software_upgrade, product.check_code_always_zero, product.created_at,
                              mqtt.radio_service, mqtt.rsrp_property, mqtt.sinr_property, mqtt.cell_property,
                              mqtt.sends_sign, mqtt.sends_file_name, mqtt.ranges_from_one, product.id)
                            .run();
    if (changed == 0) return not_found("product.not_found", "no product bears this id", product.id.str());
    return {};
} catch (...) {
    return caught({{kModelColumns, duplicate(product)}});
}

Result<bool> ProductStore::erase(const ProductId& id) try {
    return Query(connection_, kDelete, id).run() > 0;
} catch (...) {
    return caught({{kForeignKey, conflict("product.in_use", "devices are of this product", id.str())}});
}

Result<std::optional<Product>> ProductStore::find(const ProductId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_product(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Product>> ProductStore::find_model(std::string_view manufacturer_name,
                                                        std::string_view device_type, std::string_view model) try {
    Query row(connection_, kFindModel, manufacturer_name, device_type, model);
    return row.next() ? std::optional(read_product(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<bool> ProductStore::names_manufacturer(std::string_view manufacturer_name) try {
    return Query(connection_, kNamesManufacturer, manufacturer_name).next();
} catch (...) {
    return caught();
}

Result<ports::Page<Product>> ProductStore::list(const ports::PageRequest& page) try {
    Query rows(connection_, kList, page.after);
    return read_page(rows, page, read_product);
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
