// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/errors.hpp"

#include <SQLiteCpp/Exception.h>

#include <sqlite3.h>
#include <string>

namespace cellwise::sqlite {
namespace {

Error on_constraint(const SQLite::Exception& exception, std::initializer_list<ConstraintRule> rules) {
    const std::string_view text = exception.what();
    // "UNIQUE constraint failed: jobs.device": exactly, for "jobs.device, jobs.task" is another rule.
    const auto colon = text.find(": ");
    const auto columns = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 2);
    const bool is_foreign_key = exception.getExtendedErrorCode() == SQLITE_CONSTRAINT_FOREIGNKEY;
    for (const auto& rule : rules) {
        if (rule.columns == (is_foreign_key ? kForeignKey : columns)) return rule.meaning;
    }
    return internal_error("database.constraint", std::string(text));
}

Error to_error(const SQLite::Exception& exception, std::initializer_list<ConstraintRule> rules) {
    const std::string text = exception.what();
    switch (exception.getErrorCode()) {
        case SQLITE_CONSTRAINT:
            return on_constraint(exception, rules);
        case SQLITE_FULL:
            return {ErrorKind::StorageFull, "database.full", "no space is left for the database: " + text};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::Unavailable, "database.busy", "another process holds the database: " + text};
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_PROTOCOL:
            return {ErrorKind::Unavailable, "database.io", "the database file cannot be used: " + text};
        case SQLITE_NOMEM:
            return {ErrorKind::Unavailable, "database.memory", "no memory for the database: " + text};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return internal_error("database.corrupt", "the database file is damaged: " + text);
        case SQLITE_READONLY:
            return internal_error("database.read_only", "a write where only reads are allowed: " + text);
        case SQLITE_TOOBIG:
            return {ErrorKind::TooLarge, "database.too_big", "a value is larger than the database takes: " + text};
        default:
            return internal_error("database.failed", text);
    }
}

}  // namespace

Error caught(std::initializer_list<ConstraintRule> rules) {
    try {
        throw;
    } catch (const SQLite::Exception& exception) {
        return to_error(exception, rules);
    } catch (const CorruptRow& row) {
        return internal_error("database.corrupt", row.what());
    } catch (const std::exception& exception) {
        return internal_error("database.unexpected", exception.what());
    }
}

}  // namespace cellwise::sqlite
