// SPDX-License-Identifier: Apache-2.0
#include "app/catalog_service.hpp"

#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

namespace cellwise::app {
namespace {

constexpr Length kModelNameLength{1, 128};

Status check_profile(const domain::Product& product) {
    const auto& mqtt = product.mqtt;
    if (product.protocol != domain::Protocol::Mqtt && mqtt != domain::MqttProfile{}) {
        return invalid("product.mqtt.unused", "mqtt", "mqtt is for products whose protocolType is MQTT",
                       std::string(to_string(product.protocol)));
    }
    const std::pair<std::string_view, std::string_view> fields[] = {{"mqtt.radioService", mqtt.radio_service},
                                                                    {"mqtt.rsrp", mqtt.rsrp_property},
                                                                    {"mqtt.sinr", mqtt.sinr_property},
                                                                    {"mqtt.cellId", mqtt.cell_property}};
    for (const auto& [field, value] : fields) {
        if (auto ok = check_text(field, value, kModelNameLength); !ok) return ok;
    }
    return {};
}

Status check(const domain::Product& product) {
    const std::pair<std::string_view, std::string_view> fields[] = {{"manufacturerId", product.manufacturer_id},
                                                                    {"manufacturerName", product.manufacturer_name},
                                                                    {"deviceType", product.device_type},
                                                                    {"model", product.model}};
    for (const auto& [field, value] : fields) {
        if (auto ok = check_text(field, value, kModelNameLength); !ok) return ok;
    }
    return check_profile(product);
}

Error no_such_product(const ProductId& id) {
    return not_found("product.not_found", "there is no such product", id.str());
}

Result<domain::Product> apply(ports::Transaction& tx, const ProductId& id, const ProductChange& change) {
    auto found = tx.products().find(id);
    if (!found) return found.error();
    if (!*found) return no_such_product(id);
    domain::Product product = **found;
    if (change.manufacturer_id) product.manufacturer_id = *change.manufacturer_id;
    if (change.supports_software_upgrade) product.supports_software_upgrade = *change.supports_software_upgrade;
    if (change.check_code_always_zero) product.check_code_always_zero = *change.check_code_always_zero;
    lay_over(product.mqtt, change.mqtt);
    if (auto ok = check(product); !ok) return ok.error();
    if (auto saved = tx.products().save(product); !saved) return saved.error();
    return product;
}

}  // namespace

void lay_over(domain::MqttProfile& profile, const MqttProfileChange& change) {
    if (change.radio_service) profile.radio_service = *change.radio_service;
    if (change.rsrp_property) profile.rsrp_property = *change.rsrp_property;
    if (change.sinr_property) profile.sinr_property = *change.sinr_property;
    if (change.cell_property) profile.cell_property = *change.cell_property;
    if (change.sends_sign) profile.sends_sign = *change.sends_sign;
    if (change.sends_file_name) profile.sends_file_name = *change.sends_file_name;
    if (change.ranges_from_one) profile.ranges_from_one = *change.ranges_from_one;
}

CatalogService::CatalogService(ports::Database& database, ports::Clock& clock, ports::Random& random)
    : database_(database), clock_(clock), random_(random) {}

void CatalogService::create(domain::Product product, Changed done) {
    if (auto ok = check(product); !ok) return done(ok.error());
    product.created_at = clock_.now();
    product.id = new_timed_id<ProductId>(random_, product.created_at);
    const auto work = [product](ports::Transaction& tx) -> Result<domain::Product> {
        if (auto inserted = tx.products().insert(product); !inserted) return inserted.error();
        return product;
    };
    write<domain::Product>(database_, work, std::move(done));
}

void CatalogService::change(const ProductId& id, ProductChange change, Changed done) {
    const auto work = [id, change = std::move(change)](ports::Transaction& tx) { return apply(tx, id, change); };
    write<domain::Product>(database_, work, std::move(done));
}

void CatalogService::erase(const ProductId& id, Done done) {
    const auto work = [id](ports::Transaction& tx) -> Status {
        const auto erased = tx.products().erase(id);
        if (!erased) return erased.error();
        if (!*erased) return no_such_product(id);
        return {};
    };
    database_.write(work, std::move(done));
}

}  // namespace cellwise::app
