// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/inline_database.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/ports/database.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace cellwise::fakes {

/// A database file of the test's own, in which each write is durable, and told so, before write() returns; a write
/// that is asked for by a callback follows.
class CommittedStore final : public ports::Database {
 public:
    CommittedStore() {
        auto opened = sqlite::InlineDatabase::open({.path = directory_ / "cellwise.db", .sync = sqlite::Sync::Off});
        CELLWISE_ASSERT(opened.has_value());
        database_ = std::move(*opened);
    }

    /// What every write comes to, while it is set: nothing is stored.
    std::optional<Error> write_error{};
    /// The same for reads.
    std::optional<Error> read_error{};

    void write(Work work, Done done) override {
        if (write_error) return done(*write_error);
        database_->write(std::move(work), std::move(done));
        if (std::exchange(committing_, true)) return;
        while (database_->pending() > 0) CELLWISE_ASSERT(database_->commit().has_value());
        committing_ = false;
    }
    Status read(const Work& work) override { return read_error ? Status{*read_error} : database_->read(work); }
    std::uint64_t version() const override { return database_->version(); }

    /// Puts something there; it must succeed.
    void put(const Work& work) {
        write(work, [](const Status& status) { CELLWISE_ASSERT(status.has_value()); });
    }
    /// Looks something up: `find` is a function from a transaction to Result<T>.
    template <class Find>
    auto get(const Find& find) {
        using Found = typename decltype(find(std::declval<ports::Transaction&>()))::value_type;
        std::optional<Found> found;
        const auto status = database_->read([&](ports::Transaction& tx) -> Status {
            auto result = find(tx);
            if (!result) return result.error();
            found = std::move(*result);
            return {};
        });
        CELLWISE_ASSERT(status.has_value());
        return std::move(*found);
    }

 private:
    TemporaryDirectory directory_{};
    std::unique_ptr<sqlite::InlineDatabase> database_;
    bool committing_ = false;
};

}  // namespace cellwise::fakes
