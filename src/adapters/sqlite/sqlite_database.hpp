// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/options.hpp"

#include "cellwise/ports/database.hpp"
#include "cellwise/ports/executor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace cellwise::sqlite {

/// The daemon's database: one file, written by one thread of its own, read on the calling threads.
class SqliteDatabase final : public ports::Database {
 public:
    struct Counters {
        std::uint64_t commits = 0;
        std::uint64_t works = 0;                  ///< run, with or without success
        std::uint64_t failed_works = 0;           ///< returned an error and were undone
        std::uint64_t refused = 0;                ///< TooMany: never run
        std::chrono::nanoseconds last_commit{0};  ///< from BEGIN to durable, the works included
    };

    /// Opens the file, makes or migrates it. Done's are run by `loop`, which must outlive this, as many at once as
    /// were committed together. `on_fatal` is called once, on the store thread, when a commit fails: from then on
    /// every write is told that error and nothing more is written (docs/adr/0006). Errors: those of the file and
    /// "database.newer", "database.foreign".
    static Result<std::unique_ptr<SqliteDatabase>> open(Options options, ports::Executor& loop,
                                                        std::function<void(const Error&)> on_fatal);
    /// Writes everything that waits, posts its Done's, closes.
    ~SqliteDatabase() override;

    /// When `max_pending` writes wait: TooMany "database.queue_full", by a Done that overtakes those that wait.
    void write(Work work, Done done) override;
    bool enqueue(Work work, Done done) override;
    Status read(const Work& work) override;
    std::uint64_t version() const override;

    /// Writes that were asked for and are not durable yet.
    std::size_t pending() const;
    Counters counters() const;

 private:
    class StoreThread;
    explicit SqliteDatabase(std::unique_ptr<StoreThread> store);

    std::unique_ptr<StoreThread> store_;
};

}  // namespace cellwise::sqlite
