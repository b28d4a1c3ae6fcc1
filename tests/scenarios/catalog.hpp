// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/inline_database.hpp"

#include "cellwise/domain/job.hpp"
#include "cellwise/domain/package.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/ports/random.hpp"

#include <filesystem>
#include <memory>

/// What a world has on file before anything happens in it, and how a test looks into its file.
namespace cellwise::scenarios {

struct Catalog {
    domain::Product product{};
    domain::Package package{};  ///< of version V2.0; its payload's name is "payload"
    AppId app{};
};

/// A product of this protocol that can be upgraded, a package for it, an application: not stored yet.
Catalog make_catalog(ports::Random& random, domain::Protocol protocol, std::size_t payload_size, Timestamp now);
Status insert_catalog(ports::Transaction& tx, const Catalog& catalog);

std::unique_ptr<sqlite::InlineDatabase> open_database(const std::filesystem::path& file);
/// One transaction of the test's own, written by way of `database` and committed in `file`, which is behind it.
void change(ports::Database& database, sqlite::InlineDatabase& file, const ports::Database::Work& work);
void look(ports::Database& database, const ports::Database::Work& work);
domain::Job find_job(ports::Database& database, const TaskId& task, const DeviceId& device);

}  // namespace cellwise::scenarios
