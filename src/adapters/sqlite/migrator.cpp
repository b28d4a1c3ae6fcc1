// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/migrator.hpp"

#include "adapters/sqlite/errors.hpp"

#include "cellwise/base/log.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Transaction.h>

#include <string>

namespace cellwise::sqlite {
namespace {

constexpr int kApplicationId = 1'129'804'645;  // as in 0001_initial.sql

int pragma(SQLite::Database& database, const char* sql) { return database.execAndGet(sql).getInt(); }

Status check_origin(SQLite::Database& database, int version, int newest) {
    const bool is_new = version == 0 && pragma(database, "SELECT count(*) FROM sqlite_schema") == 0;
    if (!is_new && pragma(database, "PRAGMA application_id") != kApplicationId) {
        return internal_error("database.foreign",
                              "the file is a SQLite database, but none of cellwise: " + database.getFilename());
    }
    if (version > newest) {
        return Error{ErrorKind::Unsupported, "database.newer",
                     "the database has schema " + std::to_string(version) + ", this release knows up to " +
                         std::to_string(newest) + ": a later release made it"};
    }
    return {};
}

}  // namespace

Status migrate(Connection& connection, std::span<const Migration> known) try {
    auto& database = connection.database();
    const int newest = static_cast<int>(known.size());
    int version = pragma(database, "PRAGMA user_version");
    if (auto origin = check_origin(database, version, newest); !origin) return origin;
    while (version < newest) {
        const auto& migration = known[static_cast<std::size_t>(version)];
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        database.exec(std::string(migration.sql));
        ++version;
        database.exec("PRAGMA user_version = " + std::to_string(version));
        transaction.commit();
        log::info("database migrated", {{"migration", migration.name}, {"schema", version}});
    }
    return {};
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
