// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/package_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Package;

const std::string kColumns =
    "id, app, name, file_name, version, device_type, manufacturer_name, model, protocol, description,"
    " version_check_code, chunk_size, platform, date, archive_sha256, archive_size, payload_sha256, payload_size,"
    " chunk_count, key_fingerprint, uploaded_at";
const std::string kInsert =
    "INSERT INTO packages (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const std::string kInsertPattern =
    "INSERT INTO package_source_versions (package, position, pattern) VALUES (?, ?, ?)";
const std::string kPatterns = "SELECT pattern FROM package_source_versions WHERE package = ? ORDER BY position";
const std::string kDelete = "DELETE FROM packages WHERE id = ?";
const std::string kInUse = "SELECT 1 FROM tasks WHERE package = ? AND state IN ('wait', 'processing') LIMIT 1";
const std::string kFind = "SELECT " + kColumns + " FROM packages WHERE id = ?";
const std::string kFindVersion =
    "SELECT " + kColumns +
    " FROM packages WHERE manufacturer_name = ? AND device_type = ? AND model = ? AND version = ?";
const std::string kUsesArchive = "SELECT 1 FROM packages WHERE archive_sha256 = ? LIMIT 1";
const std::string kUsesPayload = "SELECT 1 FROM packages WHERE payload_sha256 = ? LIMIT 1";

Conditions conditions_of(const ports::PackageFilter& filter) {
    Conditions conditions;
    conditions.add_if("manufacturer_name = ?", filter.manufacturer_name);
    conditions.add_if("device_type = ?", filter.device_type);
    conditions.add_if("model = ?", filter.model);
    if (filter.version) {
        const auto bytes = as_bytes(*filter.version);
        conditions.add("version = ?", Bytes(bytes.begin(), bytes.end()));
    }
    conditions.add_if("app IN ('', ?)", filter.usable_by);
    return conditions;
}

}  // namespace

Package PackageStore::read_package(Query& row) {
    Package package{.id = row.id<PackageId>(),
                    .app = row.id<AppId>(),
                    .name = row.text(),
                    .description = {.file_name = row.text(),
                                    .version = row.version(),
                                    .device_type = row.text(),
                                    .manufacturer_name = row.text(),
                                    .model = row.text(),
                                    .protocol = row.named(domain::parse_protocol),
                                    .description = row.text(),
                                    .version_check_code = row.text(),
                                    .chunk_size = row.number<std::uint16_t>(),
                                    .platform = row.text(),
                                    .date = row.text()},
                    .archive_sha256 = row.text(),
                    .archive_size = row.number<std::uint64_t>(),
                    .payload_sha256 = row.text(),
                    .payload_size = row.number<std::uint64_t>(),
                    .chunk_count = row.number<std::uint32_t>(),
                    .key_fingerprint = row.text(),
                    .uploaded_at = row.time()};
    Query patterns(connection_, kPatterns, package.id);
    while (patterns.next()) package.description.source_versions.push_back(patterns.text());
    return package;
}

Status PackageStore::insert(const Package& package) try {
    const auto& description = package.description;
    Query(connection_, kInsert, package.id, package.app, package.name, description.file_name, description.version,
          description.device_type, description.manufacturer_name, description.model, to_string(description.protocol),
          description.description, description.version_check_code, description.chunk_size, description.platform,
          description.date, package.archive_sha256, package.archive_size, package.payload_sha256,
          package.payload_size, package.chunk_count, package.key_fingerprint, package.uploaded_at)
        .run();
    std::int64_t position = 0;
    for (const auto& pattern : description.source_versions) {
        Query(connection_, kInsertPattern, package.id, position++, pattern).run();
    }
    return {};
} catch (...) {
    const auto duplicate = conflict("package.duplicate", "a package of this product model and version exists",
                                    package.description.version.text());
    return caught({{"packages.manufacturer_name, packages.device_type, packages.model, packages.version", duplicate},
                   {"packages.id", duplicate}});
}

Result<bool> PackageStore::erase(const PackageId& id) try {
    if (Query(connection_, kInUse, id).next()) {
        return conflict("package.in_use", "a task that has not ended uses the package", id.str());
    }
    return Query(connection_, kDelete, id).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<Package>> PackageStore::find(const PackageId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_package(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Package>> PackageStore::find_version(std::string_view manufacturer_name,
                                                          std::string_view device_type, std::string_view model,
                                                          const domain::Version& version) try {
    Query row(connection_, kFindVersion, manufacturer_name, device_type, model, version);
    return row.next() ? std::optional(read_package(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<bool> PackageStore::uses_archive(std::string_view archive_sha256) try {
    return Query(connection_, kUsesArchive, archive_sha256).next();
} catch (...) {
    return caught();
}

Result<bool> PackageStore::uses_payload(std::string_view payload_sha256) try {
    return Query(connection_, kUsesPayload, payload_sha256).next();
} catch (...) {
    return caught();
}

Result<ports::Page<Package>> PackageStore::list(const ports::PackageFilter& filter,
                                                const ports::PageRequest& page) try {
    auto conditions = conditions_of(filter);
    conditions.add("id > ?", page.after);
    Query rows(connection_,
               "SELECT id, " + kColumns + " FROM packages" + conditions.sql() + " ORDER BY id LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, [this](Query& row) { return read_package(row); });
} catch (...) {
    return caught();
}

Result<std::int64_t> PackageStore::count(const ports::PackageFilter& filter) try {
    const auto conditions = conditions_of(filter);
    Query row(connection_, "SELECT count(*) FROM packages" + conditions.sql());
    conditions.bind_to(row);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
