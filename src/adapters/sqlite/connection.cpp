// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/connection.hpp"

#include "adapters/sqlite/query.hpp"

#include <SQLiteCpp/Column.h>

#include <sqlite3.h>
#include <tuple>
#include <utility>

namespace cellwise::sqlite {
namespace {

// Only another process (a backup, a person's shell) can hold the write lock: wait for it rather than stop the daemon.
constexpr int kBusyTimeoutMs = 5'000;

int flags_of(Connection::Mode mode) {
    // Each connection is used by one thread at a time, by our own order: SQLite need not lock.
    const int access =
        mode == Connection::Mode::ReadOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    return access | SQLite::OPEN_NOMUTEX;
}

/// SQLite counts its memory under a lock of the whole process, in each allocation: nobody asks for the figure. Once,
/// before the first connection.
void leave_memory_uncounted() {
    static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(configured);
}

std::string prepared_path(const std::filesystem::path& path) {
    leave_memory_uncounted();
    return path.string();
}

}  // namespace

Connection::Connection(const std::filesystem::path& path, Mode mode, Sync sync)
    : database_(prepared_path(path), flags_of(mode), kBusyTimeoutMs) {
    // Our schema calls no functions but SQLite's own; somebody else's file in our place shall not either.
    database_.exec("PRAGMA trusted_schema = OFF");
    // Sorting and savepoints in memory: no temporary files beside the database.
    database_.exec("PRAGMA temp_store = MEMORY");
    if (mode == Mode::ReadOnly) return;
    database_.exec(sync == Sync::Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
    // Some file systems cannot do it (no shared memory), and SQLite then stays with the old journal without an error.
    if (database_.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
        throw SQLite::Exception("the file system of the database does not support write-ahead logging", SQLITE_IOERR);
    }
    database_.exec("PRAGMA foreign_keys = ON");
    database_.exec("PRAGMA cache_size = -32768");  // KiB: the indexes' inner pages of a million rows
    // 32 MiB between checkpoints instead of 4: a page that changes again and again is written back once.
    database_.exec("PRAGMA wal_autocheckpoint = 8192");
    database_.exec("PRAGMA journal_size_limit = 67108864");
}

Connection::Prepared& Connection::prepared(std::string_view sql) {
    if (const auto found = prepared_.find(sql); found != prepared_.end()) return found->second;
    auto key = std::string(sql);
    SQLite::Statement statement(database_, key);
    return prepared_.emplace(std::move(key), Prepared{std::move(statement)}).first->second;
}

void Connection::run(std::string_view sql) { Query(*this, sql).run(); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

std::vector<std::string> Connection::statements() const {
    std::vector<std::string> all;
    for (const auto& [sql, prepared] : prepared_) all.push_back(sql);
    return all;
}

}  // namespace cellwise::sqlite
