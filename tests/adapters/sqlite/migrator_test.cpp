// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/migrator.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "tests/adapters/sqlite/temporary_directory.hpp"
#include "tests/contract/results.hpp"
#include "tests/fakes/source_tree.hpp"

#include "cellwise/domain/push.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace cellwise::sqlite {
namespace {

using contract::is_error;
using contract::is_ok;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// SQL without what means nothing: comments and the number of blanks.
std::string normalised(const std::string& sql) {
    const auto bare = std::regex_replace(sql, std::regex("--[^\n]*"), "");
    auto text = std::regex_replace(bare, std::regex("\\s+"), " ");
    return std::regex_replace(text, std::regex(" ?([(),]) ?"), "$1");
}

/// All that can differ between two databases without rows: definitions, columns, keys, header.
std::map<std::string, std::string> describe(SQLite::Database& database) {
    std::map<std::string, std::string> out;
    SQLite::Statement things(database, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema");
    while (things.executeStep()) {
        const auto type = things.getColumn(0).getString();
        const auto name = things.getColumn(1).getString();
        out[type + ' ' + name] = normalised(things.getColumn(2).getString());
        for (const auto* pragma : {"table_xinfo", "foreign_key_list", "index_list"}) {
            if (type != "table") continue;
            SQLite::Statement rows(database, std::string("PRAGMA ") + pragma + "(" + name + ")");
            auto& text = out[pragma + (' ' + name)];
            while (rows.executeStep()) {
                for (int i = 0; i < rows.getColumnCount(); ++i) text += rows.getColumn(i).getString() + '|';
                text += '\n';
            }
        }
    }
    out["application_id"] = database.execAndGet("PRAGMA application_id").getString();
    return out;
}

class Migrations : public testing::Test {
 protected:
    Connection open() { return Connection(path_, Connection::Mode::ReadWrite, Sync::Off); }

    TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "test.db";
};

TEST_F(Migrations, LeadToTheDocumentedSchema) {
    auto connection = open();
    ASSERT_TRUE(is_ok(migrate(connection)));
    SQLite::Database documented(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    documented.exec(read_file(fakes::in_source_tree("config/sql/schema.sql")));
    const auto expected = describe(documented);
    EXPECT_GT(expected.size(), 50U);
    EXPECT_EQ(describe(connection.database()), expected);
}

TEST_F(Migrations, AreTheFilesInTheirOrder) {
    std::vector<std::string> files;
    for (const auto& file : std::filesystem::directory_iterator(fakes::in_source_tree("config/sql/migrations"))) {
        files.push_back(file.path().stem().string());
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> compiled;
    for (const auto& migration : migrations()) compiled.emplace_back(migration.name);
    EXPECT_EQ(compiled, files) << "list new files in src/adapters/sqlite/CMakeLists.txt";
    for (std::size_t i = 0; i < compiled.size(); ++i) {
        std::ostringstream number;
        number << std::setw(4) << std::setfill('0') << i + 1 << '_';
        EXPECT_THAT(compiled[i], testing::StartsWith(number.str()));
    }
}

TEST_F(Migrations, MakeOnlyStrictTables) {
    auto connection = open();
    ASSERT_TRUE(is_ok(migrate(connection)));
    SQLite::Statement lax(connection.database(),
                          "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                          " AND strict = 0 AND name NOT LIKE 'sqlite_%'");
    while (lax.executeStep()) ADD_FAILURE() << lax.getColumn(0).getString();
}

TEST_F(Migrations, ApplyOnlyWhatIsPending) {
    const std::vector<Migration> first{{"one", "PRAGMA application_id = 1129804645; CREATE TABLE a (x)"}};
    auto both = first;
    both.push_back({"two", "CREATE TABLE b (x); INSERT INTO b VALUES (1)"});
    auto connection = open();
    ASSERT_TRUE(is_ok(migrate(connection, first)));
    ASSERT_TRUE(is_ok(migrate(connection, both)));
    ASSERT_TRUE(is_ok(migrate(connection, both)));
    EXPECT_EQ(connection.database().execAndGet("SELECT count(*) FROM b").getInt(), 1);
    EXPECT_EQ(connection.database().execAndGet("PRAGMA user_version").getInt(), 2);
}

/// 0005 makes a table anew and counts what was not counted before.
TEST_F(Migrations, KeepTheUplinksAndCountTheMembersOfGroups) {
    const std::span all = migrations();
    std::size_t before = 0;
    while (!all[before].name.starts_with("0005_")) ++before;
    auto connection = open();
    ASSERT_TRUE(is_ok(migrate(connection, all.first(before))));
    auto& database = connection.database();
    database.exec(
        "INSERT INTO devices VALUES ('d', '', 'n', NULL, '', x'', 0, NULL), ('e', '', 'm', NULL, '', x'', 0, NULL);"
        "INSERT INTO uplinks VALUES (7, 'd', 1, x'00'), (9, 'e', 2, x'01');"
        "INSERT INTO device_groups (id, app, name, description, created_at) VALUES ('g', '', 'g', '', 0);"
        "INSERT INTO group_members VALUES ('g', 'd'), ('g', 'e')");
    ASSERT_TRUE(is_ok(migrate(connection)));
    EXPECT_EQ(
        database.execAndGet("SELECT group_concat(sequence || device || at || hex(payload)) FROM uplinks").getString(),
        "7d100,9e201");
    EXPECT_EQ(database.execAndGet("SELECT members FROM device_groups").getInt(), 2);
    database.exec("DELETE FROM devices WHERE id = 'd'");
    EXPECT_EQ(database.execAndGet("SELECT members FROM device_groups").getInt(), 1);
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM uplinks").getInt(), 2) << "they go piece by piece";
}

/// 0010 makes one row of a task's list.
TEST_F(Migrations, KeepTheTargetsOfTasksInTheirOrder) {
    const std::span all = migrations();
    std::size_t before = 0;
    while (!all[before].name.starts_with("0010_")) ++before;
    auto connection = open();
    ASSERT_TRUE(is_ok(migrate(connection, all.first(before))));
    auto& database = connection.database();
    for (const std::string id : {"t", "u", "v"}) {
        database.exec(
            "INSERT INTO tasks (id, app, name, package, manufacturer_name, device_type, model, target_all,"
            " execute_type, retry_times, retry_interval, state, expanded, expansion_cursor, created_at, due_at)"
            " VALUES ('" +
            id + "', '', '', '', '', '', '', 0, 'now', 0, 0, 'wait', 1, '', 0, 0)");
    }
    database.exec(
        "INSERT INTO task_targets VALUES ('t', 0, 'device', 'c'), ('t', 1, 'device', 'a'), ('t', 2, 'device', 'b'),"
        " ('u', 0, 'device', 'd'), ('u', 1, 'group', 'y'), ('v', 0, 'group', 'z'), ('v', 1, 'group', 'x')");
    ASSERT_TRUE(is_ok(migrate(connection)));
    EXPECT_EQ(database
                  .execAndGet("SELECT group_concat(task || position || kind || '=' || value, ' ')"
                              " FROM (SELECT * FROM task_targets ORDER BY task, position)")
                  .getString(),
              "t0devices=c,a,b u0devices=d u1group=y v0group=z v1group=x");
}

/// 0010 files what waits under its receiver, as what is appended later: else a push of before it would never be
/// found.
TEST_F(Migrations, FilePushesThatWaitUnderTheirReceivers) {
    const std::span all = migrations();
    std::size_t before = 0;
    while (!all[before].name.starts_with("0010_")) ++before;
    const std::string app(24, 'a');
    const DeviceId device = *DeviceId::parse("00000000-0000-4000-8000-000000000001");
    const std::vector<std::string> urls{"", "http://h:1/x", "http://h:1",
                                        "https://h.example.com:8443/a/b?to=http://other:2/y",
                                        "http://[2001:db8::1]:80/push"};
    std::vector<domain::Push> expected;
    {
        auto connection = open();
        ASSERT_TRUE(is_ok(migrate(connection, all.first(before))));
        for (const auto& url : urls) {
            SQLite::Statement insert(
                connection.database(),
                "INSERT INTO outbox (app, type, device, url, body, task, job, phase, success, source_version,"
                " current_version, target_version, detail, occurred_at, attempts, due_at, dead, last_error, head)"
                " VALUES (?, 'deviceAdded', ?, ?, '', '', '', '', 0, '', '', '', '', 5, 0, ?, 0, '', 1)");
            insert.bind(1, app);
            insert.bind(2, device.str());
            insert.bind(3, url);
            insert.bind(4, static_cast<std::int64_t>(expected.size()));
            insert.exec();
            expected.push_back({.type = domain::NotifyType::DeviceAdded, .url = url});
        }
    }
    const auto opened = InlineDatabase::open({.path = path_, .sync = Sync::Off});
    ASSERT_TRUE(is_ok(opened));
    EXPECT_TRUE(is_ok((*opened)->read([&](ports::Transaction& tx) -> Status {
        std::size_t found = 0;
        for (const auto& push : expected) {
            const auto due =
                tx.outbox().due_of(*AppId::parse(app), receiver_of(push), Timestamp(Duration(1'000)), 10);
            if (!due) return due.error();
            const auto is_it = [&push](const domain::Push& each) { return each.url == push.url; };
            EXPECT_EQ(std::ranges::count_if(*due, is_it), 1) << push.url;
            found += due->size();
        }
        EXPECT_EQ(found, urls.size() + 2) << "two are of one server, and found under it twice";
        std::vector<std::string> receivers;
        auto next = tx.outbox().next_receiver(*AppId::parse(app), "");
        for (; next && *next; next = tx.outbox().next_receiver(*AppId::parse(app), **next)) {
            receivers.push_back(**next);
        }
        EXPECT_THAT(receivers, testing::ElementsAre("deviceAdded", "http://[2001:db8::1]:80", "http://h:1",
                                                    "https://h.example.com:8443"));
        return {};
    })));
}

TEST_F(Migrations, LeaveNothingOfOneThatFails) {
    const std::vector<Migration> broken{{"one", "PRAGMA application_id = 1129804645; CREATE TABLE a (x)"},
                                        {"two", "CREATE TABLE b (x); CREATE TABLE a (x)"}};
    auto connection = open();
    EXPECT_TRUE(is_error(migrate(connection, broken), ErrorKind::Internal, "database.failed"));
    EXPECT_TRUE(connection.database().tableExists("a"));
    EXPECT_FALSE(connection.database().tableExists("b"));
    EXPECT_EQ(connection.database().execAndGet("PRAGMA user_version").getInt(), 1);
    EXPECT_FALSE(connection.in_transaction());
}

TEST_F(Migrations, RefuseADatabaseOfALaterRelease) {
    {
        auto connection = open();
        ASSERT_TRUE(is_ok(migrate(connection)));
        connection.database().exec("PRAGMA user_version = 4711");
    }
    const auto opened = InlineDatabase::open({.path = path_, .sync = Sync::Off});
    EXPECT_TRUE(is_error(opened, ErrorKind::Unsupported, "database.newer"));
    EXPECT_THAT(opened.error().message, testing::HasSubstr("4711"));
}

TEST_F(Migrations, RefuseSomebodyElsesDatabase) {
    open().database().exec("CREATE TABLE theirs (x)");
    const auto opened = InlineDatabase::open({.path = path_, .sync = Sync::Off});
    EXPECT_TRUE(is_error(opened, ErrorKind::Internal, "database.foreign"));
    EXPECT_FALSE(open().database().tableExists("jobs"));
}

TEST_F(Migrations, RefuseAFileThatIsNoDatabase) {
    std::ofstream(path_) << std::string(4'096, 'x');
    EXPECT_TRUE(is_error(InlineDatabase::open({.path = path_}), ErrorKind::Internal, "database.corrupt"));
}

TEST_F(Migrations, SayWhenThereIsNoPlaceForTheFile) {
    const auto opened = InlineDatabase::open({.path = directory_.path() / "missing" / "test.db"});
    EXPECT_TRUE(is_error(opened, ErrorKind::Unavailable, "database.io"));
}

}  // namespace
}  // namespace cellwise::sqlite
