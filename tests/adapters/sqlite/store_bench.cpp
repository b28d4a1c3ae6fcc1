// SPDX-License-Identifier: Apache-2.0
// How fast the stores are on this machine: store_bench DIRECTORY [JOBS]. Not a test: it asks for the time.
#include "adapters/sqlite/sqlite_database.hpp"
#include "tests/adapters/sqlite/queue_executor.hpp"
#include "tests/contract/sample_rows.hpp"

#include "cellwise/base/log.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>

namespace {

using namespace cellwise;
using namespace cellwise::contract;
using ports::Transaction;
using Clock = std::chrono::steady_clock;

void must(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "%s: %s\n", status.error().code.c_str(), status.error().message.c_str());
    std::exit(1);
}

class Bench {
 public:
    Bench(const std::filesystem::path& directory, unsigned jobs)
        : jobs_(jobs),
          database_(
              sqlite::SqliteDatabase::open({.path = directory / "bench.db"}, loop_, [](const Error&) {}).value()) {}

    void run();

 private:
    using Work = ports::Database::Work;

    void report(const char* what, unsigned count, Clock::time_point begin) const {
        const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        std::printf("%-52s %9.0f /s  %9.1f us each\n", what, count / seconds, seconds * 1e6 / count);
    }
    /// `count` writes, never more than `outstanding` under way.
    void write(const char* what, unsigned count, unsigned outstanding, const std::function<Work(unsigned)>& make) {
        unsigned under_way = 0;
        const auto commits = database_->counters().commits;
        const auto begin = Clock::now();
        for (unsigned n = 1; n <= count; ++n) {
            loop_.run_until([&] { return under_way < outstanding; });
            ++under_way;
            database_->write(make(n), [&](const Status& status) {
                must(status);
                --under_way;
            });
        }
        loop_.run_until([&] { return under_way == 0; });
        report(what, count, begin);
        std::printf("%-52s %9.1f works in a commit\n", "",
                    count / static_cast<double>(database_->counters().commits - commits));
    }
    void read(const char* what, unsigned count, const std::function<void(Transaction&, unsigned)>& look) {
        const auto begin = Clock::now();
        for (unsigned n = 1; n <= count; ++n) {
            must(database_->read([&](Transaction& tx) -> Status {
                look(tx, n);
                return {};
            }));
        }
        report(what, count, begin);
    }
    void fill();
    unsigned any() { return static_cast<unsigned>(random_() % jobs_) + 1; }

    unsigned jobs_;
    std::mt19937 random_{1};  // NOLINT: the same rows every time
    sqlite::QueueExecutor loop_;
    std::unique_ptr<sqlite::SqliteDatabase> database_;
};

void Bench::fill() {
    write("one of each before the others", 1, 1, [](unsigned) {
        return [](Transaction& tx) -> Status {
            auto running = task(1);
            running.state = domain::TaskState::Processing;
            running.expanded = true;
            must(tx.products().insert(product(1)));
            return tx.tasks().insert(running);
        };
    });
    const unsigned batches = (jobs_ + 999) / 1'000;
    const auto numbers = [this](unsigned batch, const std::function<void(unsigned)>& each) {
        for (unsigned n = (batch - 1) * 1'000 + 1; n <= std::min(batch * 1'000, jobs_); ++n) each(n);
    };
    write("1,000 devices and registrations in one work", batches, 8, [&](unsigned batch) {
        return [&numbers, batch](Transaction& tx) -> Status {
            numbers(batch, [&](unsigned n) {
                auto row = registration(n);
                row.observation->at(5) = static_cast<std::uint8_t>(n >> 16U);
                must(tx.devices().insert(device(n)));
                must(tx.registrations().save(row));
            });
            return {};
        };
    });
    write("1,000 jobs inserted in one work", batches, 8, [&](unsigned batch) {
        return [&numbers, batch](Transaction& tx) -> Status {
            numbers(batch, [&](unsigned n) { must(tx.jobs().insert(job_in(domain::JobState::WaitingOnline, n))); });
            return {};
        };
    });
    write("1,000 pushes appended in one work", batches, 8, [&](unsigned batch) {
        return [&numbers, batch](Transaction& tx) -> Status {
            numbers(batch, [&](unsigned n) {
                if (auto added = tx.outbox().append(push(n % 1'000 + 1)); !added) must(added.error());
            });
            return {};
        };
    });
}

void Bench::run() {
    fill();
    const auto save_job = [this](unsigned n) -> Work {
        auto row = job_in(n % 2 == 0 ? domain::JobState::Querying : domain::JobState::Downloading, any());
        row.deadline = at_second(n);
        return [row](Transaction& tx) { return tx.jobs().save(row); };
    };
    write("job saves, one producer that awaits each", 3'000, 1, save_job);
    write("job saves, 1,000 outstanding", 100'000, 1'000, save_job);
    write("registration saves, 1,000 outstanding", 100'000, 1'000, [this](unsigned n) -> Work {
        auto row = registration(any());
        row.observation->at(5) = static_cast<std::uint8_t>(std::stoul(row.id.str()) >> 16U);
        row.expires_at = at_second(n);
        return [row](Transaction& tx) { return tx.registrations().save(row); };
    });
    write("outbox appends, 1,000 outstanding", 50'000, 1'000, [this](unsigned) -> Work {
        return [row = push(any())](Transaction& tx) -> Status {
            const auto added = tx.outbox().append(row);
            return added ? Status{} : Status{added.error()};
        };
    });
    read("jobs.find_running", 50'000, [this](Transaction& tx, unsigned) {
        if (!tx.jobs().find_running(nth<DeviceId>(any())).value()) std::exit(1);
    });
    read("registrations.find", 50'000, [this](Transaction& tx, unsigned) {
        if (!tx.registrations().find(nth<RegistrationId>(any())).value()) std::exit(1);
    });
    read("outbox.due, 100 rows", 500, [](Transaction& tx, unsigned) { (void)tx.outbox().due(at_second(9), 100); });
    read("tasks.due", 10'000, [](Transaction& tx, unsigned) { (void)tx.tasks().due(at_second(9), 50); });
    read("jobs.list, 100 rows", 500,
         [](Transaction& tx, unsigned) { (void)tx.jobs().list({.task = nth<TaskId>(1)}, {.limit = 100}); });
    read("jobs.list, 100 rows after 50,000", 50, [](Transaction& tx, unsigned) {
        (void)tx.jobs().list({.task = nth<TaskId>(1)}, {.limit = 100, .offset = 50'000});
    });
    read("devices.count of all", 20, [](Transaction& tx, unsigned) { (void)tx.devices().count({}); });
    read("registrations.count_live", 20,
         [](Transaction& tx, unsigned) { (void)tx.registrations().count_live(at_second(0)); });
    write("all jobs of a task ended, one work", 1, 1, [this](unsigned) -> Work {
        return [this](Transaction& tx) -> Status {
            for (unsigned n = 1; n <= jobs_; ++n) must(tx.jobs().save(job_in(domain::JobState::Stopped, n)));
            auto stopped = task(1);
            stopped.state = domain::TaskState::Stop;
            return tx.tasks().save(stopped);
        };
    });
    write("tasks.erase with all of its jobs", 1, 1, [](unsigned) -> Work {
        return [](Transaction& tx) -> Status {
            const auto erased = tx.tasks().erase(nth<TaskId>(1));
            return erased ? Status{} : Status{erased.error()};
        };
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s DIRECTORY [JOBS, at most 99,999]\n", argv[0]);
        return 2;
    }
    log::set_level(log::Level::Warning);
    Bench(argv[1], argc > 2 ? static_cast<unsigned>(std::stoul(argv[2])) : 99'999).run();
}
