// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/write_group.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/migrator.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::sqlite {
namespace {

Status run_caught(const ports::Database::Work& work, ports::Transaction& transaction) try {
    return work(transaction);
} catch (...) {
    return caught();  // a bug in the work; its writes are undone like those of any that failed
}

}  // namespace

WriteGroup::WriteGroup(const std::filesystem::path& path, Sync sync)
    : connection_(path, Connection::Mode::ReadWrite, sync), transaction_(connection_) {}

Result<std::unique_ptr<WriteGroup>> WriteGroup::open(const Options& options) try {
    std::unique_ptr<WriteGroup> group(new WriteGroup(options.path, options.sync));
    if (auto migrated = migrate(group->connection_); !migrated) return migrated.error();
    return group;
} catch (...) {
    return caught();
}

Status WriteGroup::fail(Error error) {
    failure_ = std::move(error);
    discard();
    return *failure_;
}

Status WriteGroup::run(const ports::Database::Work& work) {
    if (failure_) return *failure_;
    try {
        // At once for writing: a transaction that begins by reading may find another writer before it when it writes.
        if (connection_.in_transaction()) return run_in_savepoint(work);
        connection_.run("BEGIN IMMEDIATE");
        return run_first(work);
    } catch (...) {
        return fail(caught());
    }
}

/// Before it there is nothing to be kept: a savepoint, for which SQLite copies each page that is written to, would
/// only cost.
Status WriteGroup::run_first(const ports::Database::Work& work) {
    auto status = run_caught(work, transaction_);
    if (!connection_.in_transaction()) return lost(status);
    if (!status) connection_.run("ROLLBACK");
    return status;
}

Status WriteGroup::lost(const Status& status) {
    return fail(status ? internal_error("database.rolled_back", "the transaction was lost") : status.error());
}

Status WriteGroup::run_in_savepoint(const ports::Database::Work& work) {
    connection_.run("SAVEPOINT work");
    auto status = run_caught(work, transaction_);
    // SQLite gives up a whole transaction on its own when the disk is full or fails: then the work before is lost
    // too.
    if (!connection_.in_transaction()) return lost(status);
    if (!status) connection_.run("ROLLBACK TO work");
    connection_.run("RELEASE work");
    return status;
}

Status WriteGroup::commit() {
    if (failure_) return *failure_;
    try {
        if (connection_.in_transaction()) connection_.run("COMMIT");
        return {};
    } catch (...) {
        return fail(caught());
    }
}

void WriteGroup::discard() {
    try {
        if (connection_.in_transaction()) connection_.run("ROLLBACK");
    } catch (...) {
        const auto error = caught();
        log::error("rollback failed", {{"code", error.code}, {"reason", error.message}});
    }
}

void WriteGroup::checkpoint() {
    try {
        connection_.run("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (...) {
        // The log stays beside the file and is read at the next start.
        const auto error = caught();
        log::warning("checkpoint failed", {{"code", error.code}, {"reason", error.message}});
    }
}

}  // namespace cellwise::sqlite
