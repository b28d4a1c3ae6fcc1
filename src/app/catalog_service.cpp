// SPDX-License-Identifier: Apache-2.0
#include "app/catalog_service.hpp"

#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

namespace cellwise::app {
namespace {

constexpr Length kModelNameLength{1, 128};

Status check(const domain::Product& product) {
    const std::pair<std::string_view, std::string_view> fields[] = {{"manufacturerId", product.manufacturer_id},
                                                                    {"manufacturerName", product.manufacturer_name},
                                                                    {"deviceType", product.device_type},
                                                                    {"model", product.model}};
    for (const auto& [field, value] : fields) {
        if (auto ok = check_text(field, value, kModelNameLength); !ok) return ok;
    }
    return {};
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
    if (auto ok = check(product); !ok) return ok.error();
    if (auto saved = tx.products().save(product); !saved) return saved.error();
    return product;
}

}  // namespace

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
