// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/transaction.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/ports/database.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::sqlite {

/// Many pieces of work in one transaction of the writing connection: each can be undone alone, all become durable
/// together. When the transaction itself is lost the group has failed for good: nothing of it may be acknowledged.
/// One thread.
class WriteGroup {
 public:
    /// Opens the database, makes or migrates it.
    static Result<std::unique_ptr<WriteGroup>> open(const Options& options);

    /// Runs the work; what it wrote is undone when it returns an error. Begins the transaction if none is open.
    Status run(const ports::Database::Work& work);
    /// Makes everything since the last commit durable.
    Status commit();
    /// Undoes everything since the last commit.
    void discard();
    /// Brings everything into the database file itself, so that it can be copied alone.
    void checkpoint();

    /// Why it failed for good, if it did.
    const std::optional<Error>& failure() const { return failure_; }
    std::vector<std::string> statements() const { return connection_.statements(); }

 private:
    WriteGroup(const std::filesystem::path& path, Sync sync);

    Status run_first(const ports::Database::Work& work);
    Status run_in_savepoint(const ports::Database::Work& work);
    Status lost(const Status& status);
    Status fail(Error error);

    Connection connection_;
    Transaction transaction_;
    std::optional<Error> failure_{};
};

}  // namespace cellwise::sqlite
