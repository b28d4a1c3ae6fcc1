// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/catalog.hpp"

#include "app/new_id.hpp"

#include "cellwise/base/assert.hpp"

#include <optional>
#include <utility>

namespace cellwise::scenarios {

Catalog make_catalog(ports::Random& random, domain::Protocol protocol, std::size_t payload_size, Timestamp now) {
    Catalog catalog;
    catalog.product = {.id = app::new_id<ProductId>(random),
                       .manufacturer_id = "m",
                       .manufacturer_name = "Meters",
                       .device_type = "WaterMeter",
                       .model = "W1",
                       .protocol = protocol,
                       .supports_software_upgrade = true,
                       .created_at = now};
    catalog.package = {.id = app::new_id<PackageId>(random),
                       .name = "meter",
                       .description = {.file_name = "meter.bin",
                                       .version = *domain::Version::parse("V2.0"),
                                       .device_type = "WaterMeter",
                                       .manufacturer_name = "Meters",
                                       .model = "W1",
                                       .protocol = protocol,
                                       .version_check_code = "1234"},
                       .archive_sha256 = "archive",
                       .archive_size = 3'000,
                       .payload_sha256 = "payload",
                       .payload_size = payload_size,
                       .uploaded_at = now};
    if (protocol == domain::Protocol::Lwm2m)
        catalog.package.chunk_count = static_cast<std::uint32_t>(domain::chunk_count(payload_size, 500));
    catalog.app = app::new_id<AppId>(random);
    return catalog;
}

Status insert_catalog(ports::Transaction& tx, const Catalog& catalog) {
    if (auto inserted = tx.products().insert(catalog.product); !inserted) return inserted;
    if (auto inserted = tx.packages().insert(catalog.package); !inserted) return inserted;
    return tx.applications().insert(
        {.id = catalog.app, .name = "app", .secret_hash = "h", .created_at = catalog.product.created_at});
}

std::unique_ptr<sqlite::InlineDatabase> open_database(const std::filesystem::path& file) {
    auto opened = sqlite::InlineDatabase::open({.path = file, .sync = sqlite::Sync::Off});
    CELLWISE_ASSERT(opened.has_value());
    return std::move(*opened);
}

void change(ports::Database& database, sqlite::InlineDatabase& file, const ports::Database::Work& work) {
    Status outcome;
    database.write(work, [&outcome](Status status) { outcome = std::move(status); });
    CELLWISE_ASSERT(file.commit().has_value());
    CELLWISE_ASSERT(outcome.has_value());
}

void look(ports::Database& database, const ports::Database::Work& work) {
    CELLWISE_ASSERT(database.read(work).has_value());
}

domain::Job find_job(ports::Database& database, const TaskId& task, const DeviceId& device) {
    std::optional<domain::Job> found;
    look(database, [&](ports::Transaction& tx) -> Status {
        const auto page = tx.jobs().list({.task = task}, {.limit = 1'000});
        for (const auto& job : page->items) {
            if (job.device == device) found = job;
        }
        return Status{};
    });
    return found.value();
}

}  // namespace cellwise::scenarios
