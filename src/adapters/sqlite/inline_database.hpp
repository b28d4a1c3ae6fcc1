// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/options.hpp"

#include "cellwise/ports/database.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cellwise::sqlite {

/// The same stores and the same groups as SqliteDatabase, but no thread: whoever drives it says when a group is
/// committed, and may lose one instead, as a crash would. For scenario and crash tests. One thread.
class InlineDatabase final : public ports::Database {
 public:
    /// Opens the file, makes or migrates it. Errors: those of the file and "database.newer", "database.foreign".
    static Result<std::unique_ptr<InlineDatabase>> open(const Options& options);
    /// What was not committed is lost.
    ~InlineDatabase() override;

    /// Runs the work at once, inside the open group; keeps `done` for commit().
    void write(Work work, Done done) override;
    /// Sees what was committed, not the open group.
    Status read(const Work& work) override;
    std::uint64_t version() const override { return commit_count() + 1; }

    /// Makes the open group durable, then runs its Done's in order. What they write begins the next group. An error
    /// is for good: every Done of the group is told it, as is every write after.
    Status commit();
    /// Loses the open group and its Done's.
    void discard();

    /// Writes whose Done has not run.
    std::size_t pending() const;
    /// How often commit() had something to make durable.
    std::uint64_t commit_count() const;
    /// Every statement used so far by the writing and by idle reading connections.
    std::vector<std::string> statements();

 private:
    struct Impl;
    explicit InlineDatabase(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace cellwise::sqlite
