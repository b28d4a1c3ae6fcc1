// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/database_contract.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "adapters/sqlite/sqlite_database.hpp"
#include "tests/adapters/sqlite/query_plans.hpp"
#include "tests/adapters/sqlite/queue_executor.hpp"
#include "tests/adapters/sqlite/temporary_directory.hpp"

#include "cellwise/base/log.hpp"

namespace cellwise::sqlite {
namespace {

class InlineHarness final : public contract::DatabaseHarness {
 public:
    ports::Database& database() override { return *database_; }
    void settle() override { ASSERT_TRUE(contract::is_ok(database_->commit())); }
    // All that the contract asks is asked here, so all of it is looked at.
    void check() override {
        for (const auto& costly : costly_statements(path_, database_->statements())) ADD_FAILURE() << costly;
    }

 private:
    TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "cellwise.db";
    std::unique_ptr<InlineDatabase> database_ = InlineDatabase::open({.path = path_, .sync = Sync::Off}).value();
};

class ThreadHarness final : public contract::DatabaseHarness {
 public:
    ports::Database& database() override { return *database_; }
    void settle() override {
        bool settled = false;
        database_->write([](ports::Transaction&) { return Status{}; }, [&](const Status&) { settled = true; });
        loop_.run_until([&] { return settled; });
    }

 private:
    static std::unique_ptr<SqliteDatabase> open(const TemporaryDirectory& directory, QueueExecutor& loop) {
        const auto on_fatal = [](const Error& error) { ADD_FAILURE() << error.message; };
        return SqliteDatabase::open({.path = directory.path() / "cellwise.db", .sync = Sync::Off}, loop, on_fatal)
            .value();
    }

    TemporaryDirectory directory_;
    QueueExecutor loop_;
    std::unique_ptr<SqliteDatabase> database_ = open(directory_, loop_);
};

template <class Harness>
std::unique_ptr<contract::DatabaseHarness> make() {
    return std::make_unique<Harness>();
}

// Each test makes a database, which says so.
[[maybe_unused]] const bool kQuiet = (log::set_level(log::Level::Warning), true);

const auto kKinds = testing::Values(contract::DatabaseKind{"Inline", make<InlineHarness>},
                                    contract::DatabaseKind{"Thread", make<ThreadHarness>});

}  // namespace
}  // namespace cellwise::sqlite

CELLWISE_DATABASE_CONTRACT(Sqlite, cellwise::sqlite::kKinds)
