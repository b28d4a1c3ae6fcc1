// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/migrator.hpp"
#include "adapters/sqlite/transaction.hpp"
#include "tests/adapters/sqlite/temporary_directory.hpp"
#include "tests/contract/results.hpp"
#include "tests/contract/sample_rows.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <sqlite3.h>
#include <string>

/// What a call costs is counted in steps of SQLite's machine, so it depends on no clock: a plan can say SEARCH and
/// still walk a hundred thousand rows along the wrong index.
namespace cellwise::sqlite {
namespace {

using namespace contract;
using domain::JobState;

class Meter {
 public:
    explicit Meter(Connection& connection) : handle_(connection.database().getHandle()) {
        sqlite3_trace_v2(handle_, SQLITE_TRACE_PROFILE, &Meter::on_statement, this);
    }
    ~Meter() { sqlite3_trace_v2(handle_, 0, nullptr, nullptr); }
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;

    int steps() const { return steps_; }

 private:
    static int on_statement(unsigned, void* self, void* statement, void*) {
        auto* const prepared = static_cast<sqlite3_stmt*>(statement);
        static_cast<Meter*>(self)->steps_ += sqlite3_stmt_status(prepared, SQLITE_STMTSTATUS_VM_STEP, 1);
        return 0;
    }

    sqlite3* handle_;
    int steps_ = 0;
};

/// A database in which everything that can pile up has piled up `scale` times.
class Fleet {
 public:
    explicit Fleet(unsigned scale) : scale_(scale) {
        EXPECT_TRUE(is_ok(migrate(connection_)));
        connection_.run("BEGIN");
        fill();
        connection_.run("COMMIT");
    }

    std::map<std::string, int> costs();

 private:
    template <class T>
    static void must(const Result<T>& result) {
        EXPECT_TRUE(is_ok(result));
    }
    void fill();
    void add_task(unsigned n, domain::TaskState state);
    void measure(const std::string& name, const std::function<void()>& call) {
        const int before = meter_.steps();
        call();
        costs_[name] = meter_.steps() - before;
    }

    unsigned scale_;
    TemporaryDirectory directory_;
    Connection connection_{directory_.path() / "test.db", Connection::Mode::ReadWrite, Sync::Off};
    Meter meter_{connection_};
    Transaction tx_{connection_};
    std::map<std::string, int> costs_{};
};

void Fleet::add_task(unsigned n, domain::TaskState state) {
    auto row = task(n);
    row.state = state;
    row.expanded = true;
    row.policy.end_time = std::nullopt;
    must(tx_.tasks().insert(row));
}

void Fleet::fill() {
    must(tx_.products().insert(product(1)));
    must(tx_.packages().insert(package(1)));
    must(tx_.groups().insert(group(1)));
    for (unsigned n = 1; n <= scale_; ++n) {
        must(tx_.devices().insert(device(n)));
        must(tx_.groups().add_members(nth<GroupId>(1), std::vector{nth<DeviceId>(n)}));
        must(tx_.uplinks().append(uplink(n, n)));
        must(tx_.uplinks().append(uplink(1, n)));
        must(tx_.commands().insert(command(n, n)));
        auto done = command(scale_ + n, 1);  // one device with a long past
        done.state = domain::CommandState::Delivered;
        done.deadline.reset();
        done.settled_at = at_second(n);
        must(tx_.commands().insert(done));
        must(tx_.timeline().append({.device = nth<DeviceId>(n), .at = at_second(n)}));
        add_task(n + 2, domain::TaskState::Success);
        // The line of one device, and lines of one each.
        must(tx_.outbox().append(push(1)));
        must(tx_.outbox().append(push(n)));
        auto dead = push(n);
        dead.dead = true;
        must(tx_.outbox().append(dead));
    }
    add_task(1, domain::TaskState::Processing);
    add_task(2, domain::TaskState::Processing);
    for (unsigned n = 1; n <= scale_; ++n) {
        must(tx_.registrations().save(registration(n)));
        auto running = job_in(n % 2 == 0 ? JobState::Queued : JobState::Downloading, n, 1);
        running.deadline = at_second(1'000 + n);
        must(tx_.jobs().insert(running));
        auto finished = job_in(JobState::Failed, n, 2);
        finished.ended_at = at_second(n);
        must(tx_.jobs().insert(finished));
        auto history = job_in(JobState::Succeeded, 1, n + 2);  // one device with a long past
        history.ended_at = at_second(n);
        must(tx_.jobs().insert(history));
    }
}

std::map<std::string, int> Fleet::costs() {
    const ports::PageRequest ten{.limit = 10};
    const auto one = nth<DeviceId>(1);
    auto busy = job_in(JobState::Downloading, 1, 1);
    busy.deadline = at_second(1'001);
    auto stepped = busy;
    stepped.state = JobState::Executing;
    auto ended = stepped;
    ended.state = JobState::Succeeded;
    ended.ended_at = at_second(5);
    auto renewed = registration(7);
    renewed.expires_at = at_second(9);
    auto seen = device(7);
    seen.last_seen_at = at_second(9);
    auto retried = push(1);
    retried.sequence = 1;

    measure("jobs.find", [&] { must(tx_.jobs().find(busy.id)); });
    measure("jobs.find_running", [&] { must(tx_.jobs().find_running(one)); });
    measure("jobs.find_last_finished", [&] { must(tx_.jobs().find_last_finished(one)); });
    measure("jobs.list", [&] { must(tx_.jobs().list({.task = nth<TaskId>(1)}, ten)); });
    measure("jobs.list by status",
            [&] { must(tx_.jobs().list({.task = nth<TaskId>(1), .status = domain::JobStatus::Processing}, ten)); });
    measure("jobs.list by a rare status",
            [&] { must(tx_.jobs().list({.task = nth<TaskId>(1), .status = domain::JobStatus::Stop}, ten)); });
    measure("jobs.list by state",
            [&] { must(tx_.jobs().list({.task = nth<TaskId>(1), .state = JobState::Queued}, ten)); });
    measure("jobs.list by a rare state",
            [&] { must(tx_.jobs().list({.task = nth<TaskId>(1), .state = JobState::Suspended}, ten)); });
    measure("jobs.overdue", [&] { must(tx_.jobs().overdue(at_second(1'005), 10)); });
    measure("jobs.live", [&] { must(tx_.jobs().live({}, 10)); });
    measure("jobs.save progress", [&] { must(tx_.jobs().save(busy)); });
    measure("jobs.save state", [&] { must(tx_.jobs().save(stepped)); });
    measure("jobs.save status", [&] { must(tx_.jobs().save(ended)); });

    measure("jobs.find_of", [&] { must(tx_.jobs().find_of(nth<TaskId>(2), nth<DeviceId>(7))); });

    measure("tasks.set_paused", [&] { must(tx_.tasks().set_paused(nth<TaskId>(1), true, at_second(1))); });
    measure("tasks.erase_ended_before", [&] { must(tx_.tasks().erase_ended_before(at_second(9), 4)); });
    measure("tasks.find", [&] { must(tx_.tasks().find(nth<TaskId>(1))); });
    measure("tasks.due", [&] { must(tx_.tasks().due(at_second(5), 10)); });
    measure("tasks.list", [&] { must(tx_.tasks().list({}, ten)); });
    measure("tasks.list by app", [&] { must(tx_.tasks().list({.app = nth<AppId>(1)}, ten)); });
    measure("tasks.list by state", [&] { must(tx_.tasks().list({.state = domain::TaskState::Processing}, ten)); });
    measure("tasks.list by device", [&] { must(tx_.tasks().list({.device = nth<DeviceId>(7)}, ten)); });
    measure("packages.erase", [&] { EXPECT_FALSE(tx_.packages().erase(nth<PackageId>(1))); });

    measure("registrations.save", [&] { must(tx_.registrations().save(renewed)); });
    measure("registrations.find", [&] { must(tx_.registrations().find(renewed.id)); });
    measure("registrations.find_by_token", [&] { must(tx_.registrations().find_by_token(*renewed.observation)); });
    measure("devices.save", [&] { must(tx_.devices().save(seen)); });
    measure("devices.owners", [&] { must(tx_.devices().owners(std::vector{one, nth<DeviceId>(7)})); });
    measure("devices.find_by_node_id", [&] { must(tx_.devices().find_by_node_id("urn:imei:7")); });
    measure("devices.list", [&] { must(tx_.devices().list({}, ten)); });
    measure("devices.list by app", [&] { must(tx_.devices().list({.app = nth<AppId>(1)}, ten)); });
    measure("devices.list by product", [&] { must(tx_.devices().list({.product = nth<ProductId>(1)}, ten)); });
    measure("devices.list by group", [&] { must(tx_.devices().list({.group = nth<GroupId>(1)}, ten)); });
    measure("devices.list by prefix", [&] { must(tx_.devices().list({.node_id_prefix = "urn:imei:"}, ten)); });
    measure("devices.list by version", [&] { must(tx_.devices().list({.software_version = version("V1")}, ten)); });
    measure("devices.list by a rare version",
            [&] { must(tx_.devices().list({.software_version = version("V9")}, ten)); });
    measure("devices.list by app and prefix",
            [&] { must(tx_.devices().list({.app = nth<AppId>(1), .node_id_prefix = "urn:imei:"}, ten)); });

    measure("outbox.due", [&] { must(tx_.outbox().due(at_second(5), 10)); });
    const std::string receiver(receiver_of(push(1)));
    measure("outbox.due_of", [&] { must(tx_.outbox().due_of(push(1).app, receiver, at_second(5), 10)); });
    measure("outbox.next_app", [&] { must(tx_.outbox().next_app({})); });
    measure("outbox.next_receiver", [&] { must(tx_.outbox().next_receiver(push(1).app, {})); });
    measure("outbox.next_due", [&] { must(tx_.outbox().next_due()); });
    measure("outbox.list live", [&] { must(tx_.outbox().list(false, ten)); });
    measure("outbox.list dead", [&] { must(tx_.outbox().list(true, ten)); });
    measure("outbox.append behind others", [&] { must(tx_.outbox().append(push(1))); });
    measure("outbox.append as head", [&] { must(tx_.outbox().append(push(scale_ + 1))); });
    measure("outbox.save", [&] { must(tx_.outbox().save(retried)); });
    measure("outbox.dead", [&] { must(tx_.outbox().dead({}, 0, 10)); });
    measure("outbox.dead of an application", [&] { must(tx_.outbox().dead(nth<AppId>(1), 0, 10)); });
    measure("outbox.erase_dead_before", [&] { must(tx_.outbox().erase_dead_before(at_second(9), 4)); });
    measure("outbox.erase", [&] { must(tx_.outbox().erase(1)); });

    measure("timeline.append", [&] { must(tx_.timeline().append({.device = one, .at = at_second(5)})); });
    measure("timeline.list", [&] { must(tx_.timeline().list(one, ten)); });
    measure("timeline.erase_before", [&] { must(tx_.timeline().erase_before(at_second(9), 4)); });

    measure("uplinks.append", [&] { must(tx_.uplinks().append(uplink(1, 7))); });
    measure("uplinks.list", [&] { must(tx_.uplinks().list(one, ten)); });
    measure("uplinks.erase_before", [&] { must(tx_.uplinks().erase_before(at_second(5), 4)); });
    auto sent = command(1, 1);
    sent.state = domain::CommandState::Sent;
    measure("commands.find_next", [&] { must(tx_.commands().find_next(one)); });
    measure("commands.find_by_mid", [&] { must(tx_.commands().find_by_mid(one, 1)); });
    measure("commands.last_mid", [&] { must(tx_.commands().last_mid(one)); });
    measure("commands.count_pending", [&] { must(tx_.commands().count_pending(one)); });
    measure("commands.any_pending", [&] { must(tx_.commands().any_pending()); });
    measure("commands.overdue", [&] { must(tx_.commands().overdue(at_second(3'605), 10)); });
    measure("commands.insert", [&] { must(tx_.commands().insert(command(2 * scale_ + 1, 1))); });
    measure("commands.save", [&] { must(tx_.commands().save(sent)); });
    measure("commands.sent", [&] { must(tx_.commands().sent({}, 10)); });
    measure("commands.list", [&] { must(tx_.commands().list({.app = nth<AppId>(1)}, ten)); });
    measure("commands.list of a device",
            [&] { must(tx_.commands().list({.app = nth<AppId>(1), .device = one}, ten)); });
    measure("commands.erase_settled_before", [&] { must(tx_.commands().erase_settled_before(at_second(5), 4)); });
    measure("devices.erase", [&] { must(tx_.devices().erase(nth<DeviceId>(9))); });
    return costs_;
}

TEST(HotPaths, CostTheSameHoweverManyRowsThereAre) {
    const auto few = Fleet(40).costs();
    const auto many = Fleet(800).costs();
    ASSERT_EQ(few.size(), many.size());
    for (const auto& [name, steps] : many) {
        EXPECT_GT(steps, 0) << name;
        EXPECT_LE(steps, few.at(name) + few.at(name) / 4 + 20) << name << ": " << few.at(name) << " steps among few";
    }
}

/// What a restart reads: five downloads among so many jobs that wait for their devices.
class Recovery {
 public:
    explicit Recovery(unsigned waiting) {
        EXPECT_TRUE(is_ok(migrate(connection_)));
        EXPECT_TRUE(is_ok(tx_.packages().insert(package(1))));
        EXPECT_TRUE(is_ok(tx_.tasks().insert(task(1))));
        unsigned device = 0;
        const auto add = [&](JobState state) { EXPECT_TRUE(is_ok(tx_.jobs().insert(job_in(state, ++device)))); };
        for (unsigned n = 0; n < waiting; ++n) add(n % 2 == 0 ? JobState::WaitingOnline : JobState::WaitingRetry);
        for (int n = 0; n < 5; ++n) add(JobState::Downloading);
    }
    /// Steps of SQLite until all have been read.
    int cost() {
        const int before = meter_.steps();
        const auto jobs = tx_.jobs().live({}, 100);
        EXPECT_EQ(jobs.value().size(), 5U);
        return meter_.steps() - before;
    }
    /// How SQLite finds them.
    std::string plan() {
        EXPECT_TRUE(is_ok(tx_.jobs().live({}, 100)));
        std::string found;
        for (const auto& sql : connection_.statements()) {
            if (sql.find("ORDER BY device") == std::string::npos) continue;
            SQLite::Statement explained(connection_.database(), "EXPLAIN QUERY PLAN " + sql);
            while (explained.executeStep()) found += explained.getColumn("detail").getString() + "; ";
        }
        return found;
    }

 private:
    TemporaryDirectory directory_;
    Connection connection_{directory_.path() / "test.db", Connection::Mode::ReadWrite, Sync::Off};
    Meter meter_{connection_};
    Transaction tx_{connection_};
};

TEST(HotPaths, ReadAtARestartNoJobThatWaitsForItsDevice) {
    const int among_few = Recovery(20).cost();
    EXPECT_LE(Recovery(2'000).cost(), among_few + 20);
    EXPECT_EQ(Recovery(20).plan(), "SEARCH jobs USING INDEX jobs_live (device>?); ");
}

}  // namespace
}  // namespace cellwise::sqlite
