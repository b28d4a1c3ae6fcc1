// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_database.hpp"

#include "tests/adapters/sqlite/queue_executor.hpp"
#include "tests/adapters/sqlite/temporary_directory.hpp"
#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <future>
#include <thread>

namespace cellwise::sqlite {
namespace {

using namespace contract;
using ports::Transaction;

class SqliteDatabaseTest : public testing::Test {
 protected:
    std::unique_ptr<SqliteDatabase> open(Options options = {}) {
        options.path = path_;
        options.sync = Sync::Off;
        return SqliteDatabase::open(options, loop_, [this](const Error& error) { fatal_.push_back(error); }).value();
    }
    /// Keeps the store thread busy until the promise is kept.
    void block(SqliteDatabase& database, std::shared_future<void> until) {
        database.write(
            [this, until = std::move(until)](Transaction&) -> Status {
                is_blocked_.set_value();
                until.wait();
                return {};
            },
            {});
        is_blocked_.get_future().wait();
    }
    void insert(SqliteDatabase& database, unsigned n) {
        database.write([n](Transaction& tx) { return tx.products().insert(product(n)); },
                       [this](Status status) { told_.push_back(std::move(status)); });
    }
    std::size_t stored(SqliteDatabase& database) {
        std::size_t count = 0;
        EXPECT_TRUE(is_ok(database.read([&](Transaction& tx) -> Status {
            count = tx.products().list({.limit = 1'000}).value().items.size();
            return {};
        })));
        return count;
    }

    TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "test.db";
    QueueExecutor loop_;
    std::promise<void> is_blocked_;
    std::vector<Status> told_;
    std::vector<Error> fatal_;  // read after the store thread has posted what came of it
};

TEST_F(SqliteDatabaseTest, CommitsTogetherWhatWaitsTogether) {
    const auto database = open();
    std::promise<void> go;
    block(*database, go.get_future().share());
    for (unsigned n = 1; n <= 100; ++n) insert(*database, n);
    EXPECT_EQ(database->pending(), 101U);
    go.set_value();
    loop_.run_until([&] { return told_.size() == 100; });
    EXPECT_EQ(database->counters().commits, 2U) << "the one that blocked, and all that waited for it";
    EXPECT_EQ(loop_.runs(), 2U) << "a group is one piece of the loop's work";
    EXPECT_EQ(database->counters().works, 101U);
    EXPECT_EQ(database->pending(), 0U);
}

TEST_F(SqliteDatabaseTest, BoundsAGroup) {
    const auto database = open({.max_group = 10});
    std::promise<void> go;
    block(*database, go.get_future().share());
    for (unsigned n = 1; n <= 95; ++n) insert(*database, n);
    go.set_value();
    loop_.run_until([&] { return told_.size() == 95; });
    EXPECT_EQ(database->counters().commits, 1U + 10U);
    EXPECT_EQ(stored(*database), 95U);
}

TEST_F(SqliteDatabaseTest, RestsAfterACommitSoThatCompanyGathers) {
    std::atomic<int> readings{0};  // of the stopwatch: two a commit
    auto database = open({.rest = std::chrono::hours{1}, .stopwatch = [&] {
                              ++readings;
                              return std::chrono::nanoseconds{};
                          }});
    insert(*database, 1);
    loop_.run_until([&] { return told_.size() == 1; });  // alone, and durable at once
    insert(*database, 2);
    insert(*database, 3);
    database.reset();  // nothing keeps the end waiting
    loop_.run_posted();
    EXPECT_EQ(told_.size(), 3U);
    EXPECT_EQ(readings, 4);
}

TEST_F(SqliteDatabaseTest, DoesNotRestWhenAWholeGroupWaits) {
    const auto database = open({.max_group = 2, .rest = std::chrono::hours{1}});
    insert(*database, 1);
    loop_.run_until([&] { return told_.size() == 1; });
    insert(*database, 2);
    insert(*database, 3);
    loop_.run_until([&] { return told_.size() == 3; });
    EXPECT_EQ(database->counters().commits, 2U);
}

TEST_F(SqliteDatabaseTest, RefusesMoreThanMayWait) {
    const auto database = open({.max_pending = 3});
    std::promise<void> go;
    block(*database, go.get_future().share());
    insert(*database, 1);
    insert(*database, 2);
    insert(*database, 3);
    EXPECT_TRUE(told_.empty()) << "never inside the call";
    loop_.run_until([&] { return told_.size() == 1; });
    EXPECT_TRUE(is_error(told_[0], ErrorKind::TooMany, "database.queue_full"));
    go.set_value();
    loop_.run_until([&] { return told_.size() == 3; });
    EXPECT_EQ(stored(*database), 2U);
    EXPECT_EQ(database->counters().refused, 1U);
    insert(*database, 3);
    loop_.run_until([&] { return told_.size() == 4; });
    EXPECT_TRUE(is_ok(told_[3])) << "there is room again";
}

TEST_F(SqliteDatabaseTest, WritesEverythingThatWaitsBeforeItEnds) {
    auto database = open();
    for (unsigned n = 1; n <= 500; ++n) insert(*database, n);
    database.reset();
    loop_.run_posted();
    ASSERT_EQ(told_.size(), 500U);
    for (const auto& status : told_) EXPECT_TRUE(is_ok(status));
    EXPECT_FALSE(std::filesystem::exists(path_.string() + "-wal")) << "the file alone is the database";
    EXPECT_EQ(stored(*open()), 500U);
}

TEST_F(SqliteDatabaseTest, MeasuresACommitByTheStopwatchItIsGiven) {
    std::atomic<int> calls{0};
    const auto database = open({.stopwatch = [&] { return std::chrono::nanoseconds(7 * calls++); }});
    insert(*database, 1);
    insert(*database, 1);
    loop_.run_until([&] { return told_.size() == 2; });
    EXPECT_EQ(database->counters().last_commit, std::chrono::nanoseconds(7));
    EXPECT_EQ(database->counters().failed_works, 1U);
}

/// No file may grow past so many bytes while this lives: what a full disk looks like.
class FileSizeLimit {
 public:
    explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &old_);
        const rlimit limited{bytes, old_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limited);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &old_);
        (void)std::signal(SIGXFSZ, old_handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
    rlimit old_{};
    void (*old_handler_)(int);
};

TEST_F(SqliteDatabaseTest, AcknowledgesNothingFromTheCommitThatFailedOn) {
    auto database = open();
    std::size_t written = 0;
    {
        const FileSizeLimit limit(1'000'000);
        while (told_.empty() || told_.back()) {
            ASSERT_LT(written, 5'000U) << "the limit does not bite";
            for (int i = 0; i < 10; ++i) insert(*database, static_cast<unsigned>(++written));
            loop_.run_until([&] { return told_.size() == written; });
        }
        insert(*database, static_cast<unsigned>(++written));
        loop_.run_until([&] { return told_.size() == written; });
        EXPECT_TRUE(is_error(told_.back(), ErrorKind::Unavailable, "database.io"));
        ASSERT_EQ(fatal_.size(), 1U) << "told once";
        EXPECT_EQ(fatal_[0].code, "database.io");
    }
    insert(*database, static_cast<unsigned>(++written));
    loop_.run_until([&] { return told_.size() == written; });
    EXPECT_FALSE(told_.back()) << "for good, though there is room again";
    database.reset();

    const auto acknowledged =
        std::count_if(told_.begin(), told_.end(), [](const Status& s) { return s.has_value(); });
    std::int64_t there = 0;
    std::string after;
    const auto reopened = open();
    do {
        ASSERT_TRUE(is_ok(reopened->read([&](Transaction& tx) -> Status {
            const auto page = tx.products().list({.limit = 1'000, .after = after}).value();
            there += static_cast<std::int64_t>(page.items.size());
            after = page.next;
            return {};
        })));
    } while (!after.empty());
    EXPECT_EQ(there, acknowledged);
}

TEST_F(SqliteDatabaseTest, ServesManyThreadsAtOnce) {
    constexpr unsigned kWriters = 4;
    constexpr unsigned kJobs = 150;
    const auto database = open();
    database->write([](Transaction& tx) { return tx.tasks().insert(task(1)); }, {});
    std::vector<unsigned> last(kWriters, 0);
    unsigned told = 0;
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (unsigned writer = 0; writer < kWriters; ++writer) {
        threads.emplace_back([&, writer] {
            for (unsigned n = 1; n <= kJobs; ++n) {
                database->write(
                    [number = writer * kJobs + n](Transaction& tx) { return tx.jobs().insert(job(number)); },
                    [&, writer, n](const Status& status) {
                        EXPECT_TRUE(is_ok(status));
                        EXPECT_EQ(last[writer] + 1, n) << "in the order of the calls";
                        last[writer] = n;
                        ++told;
                    });
            }
        });
    }
    for (int reader = 0; reader < 2; ++reader) {
        threads.emplace_back([&] {
            while (!done) {
                EXPECT_TRUE(is_ok(database->read([](Transaction& tx) -> Status {
                    const auto row = tx.tasks().find(nth<TaskId>(1)).value();
                    if (!row) return {};
                    const auto page = tx.jobs().list({.task = nth<TaskId>(1)}, {.limit = 1'000}).value();
                    EXPECT_EQ(static_cast<std::int64_t>(page.items.size()), row->counters.total) << "one state";
                    return {};
                })));
            }
        });
    }
    loop_.run_until([&] { return told == kWriters * kJobs; });
    done = true;
    for (auto& thread : threads) thread.join();
    EXPECT_LE(database->counters().commits, database->counters().works);
    EXPECT_TRUE(fatal_.empty());
}

}  // namespace
}  // namespace cellwise::sqlite
