// SPDX-License-Identifier: Apache-2.0
#include "app/audit_log.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using domain::AuditEntry;
using domain::AuditOutcome;

/// A database of which the test says when a group is committed, and which it may lose as a crash would.
class AuditLogTest : public testing::Test {
 protected:
    fakes::TemporaryDirectory directory_{};
    fakes::ManualClock clock_{};
    std::unique_ptr<sqlite::InlineDatabase> database_ = open();
    std::optional<AuditLog> log_{std::in_place, *database_, clock_};
    int answers_ = 0;

    std::unique_ptr<sqlite::InlineDatabase> open() {
        return std::move(*sqlite::InlineDatabase::open({.path = directory_ / "test.db", .sync = sqlite::Sync::Off}));
    }
    /// Another database, with nothing in it.
    void begin_anew() {
        log_.reset();
        database_.reset();
        for (const auto* end : {"", "-wal", "-shm"})
            std::filesystem::remove(directory_ / ("test.db" + std::string(end)));
        database_ = open();
        log_.emplace(*database_, clock_);
    }
    void restart() {
        log_.reset();
        database_.reset();
        database_ = open();
        log_.emplace(*database_, clock_);
        log_->give_up_open();
        ASSERT_TRUE(database_->commit());
    }
    void commit() { ASSERT_TRUE(database_->commit()); }
    ports::Respond begin(AuditEntry entry = {.action = "POST /things"}) {
        return *log_->begin(std::move(entry), [this](const ports::HttpResponse&) { ++answers_; });
    }
    std::vector<AuditEntry> entries() {
        std::vector<AuditEntry> found;
        const auto read = database_->read([&](ports::Transaction& tx) -> Status {
            found = tx.audit().list({}, {}).value().items;
            return {};
        });
        EXPECT_TRUE(read);
        return found;
    }
    void make_product(const std::string& model) {
        database_->write(
            [model](ports::Transaction& tx) {
                return tx.products().insert({.id = *ProductId::parse("0123456789abcdef01234567"),
                                             .manufacturer_name = "m",
                                             .device_type = "t",
                                             .model = model});
            },
            [](const Status& status) { ASSERT_TRUE(status); });
    }
    bool has_product() {
        std::int64_t count = 0;
        const auto read = database_->read([&](ports::Transaction& tx) -> Status {
            count = static_cast<std::int64_t>(tx.products().list({}).value().items.size());
            return {};
        });
        EXPECT_TRUE(read);
        return count > 0;
    }
};

TEST_F(AuditLogTest, TellsWhatCameOfACall) {
    const auto asked = clock_.now();
    const auto respond = begin({.actor = {domain::ActorKind::Token, "1", "admin"}, .action = "POST /things"});
    clock_.advance(std::chrono::seconds(2));
    respond({.status = 201, .body = R"({"thingId":"77","name":"x"})"});
    ASSERT_TRUE(database_->commit());
    EXPECT_EQ(answers_, 1);
    const auto entry = entries().at(0);
    EXPECT_EQ(entry.at, asked);
    EXPECT_EQ(entry.ended_at, clock_.now());
    EXPECT_EQ(entry.outcome, AuditOutcome::Done);
    EXPECT_EQ(entry.status, 201);
    EXPECT_EQ(entry.target, "77");
    EXPECT_EQ(entry.actor.name, "admin");
}

TEST_F(AuditLogTest, TellsWhyACallWasRefused) {
    begin({.action = "DELETE /things/{id}", .target = "77"})(
        {.status = 409, .body = R"({"someId":"x"})", .error_code = "thing.in_use"});
    ASSERT_TRUE(database_->commit());
    EXPECT_EQ(entries().at(0).outcome, AuditOutcome::Refused);
    EXPECT_EQ(entries().at(0).code, "thing.in_use");
    EXPECT_EQ(entries().at(0).target, "77");
}

TEST_F(AuditLogTest, TellsOfACallThatBrokeOff) {
    { const auto dropped = begin(); }
    ASSERT_TRUE(database_->commit());
    EXPECT_EQ(entries().at(0).outcome, AuditOutcome::Failed);
    EXPECT_EQ(entries().at(0).code, "http.interrupted");
}

/// Whatever is committed when the process dies, there is no change without its entry.
TEST_F(AuditLogTest, HasNoChangeWithoutItsEntryWheneverTheDaemonStops) {
    for (int commits = 0; commits < 4; ++commits) {
        const auto respond = begin();
        if (commits == 1) commit();
        make_product(std::to_string(commits));
        if (commits >= 2) commit();
        respond({.status = 201});
        if (commits == 3) commit();
        database_->discard();  // as kill -9 does
        restart();
        const auto found = entries();
        EXPECT_EQ(has_product(), commits >= 2) << commits;
        ASSERT_EQ(found.size(), commits == 0 ? 0U : 1U) << commits;
        if (commits > 0) {
            EXPECT_EQ(found[0].outcome, commits == 3 ? AuditOutcome::Done : AuditOutcome::Unknown) << commits;
        }
        begin_anew();
    }
}

TEST_F(AuditLogTest, IsNotTouchedByWhatEndsAfterIt) {
    const auto respond = begin();
    log_.reset();
    respond({.status = 200});
    EXPECT_EQ(answers_, 1);
}

TEST(MadeId, IsTheFirstMemberIfThatIsAnId) {
    EXPECT_EQ(made_id(R"({"taskId":"77","name":"x"})"), "77");
    EXPECT_EQ(made_id(R"({"taskId":"77"})"), "77");
    for (const auto* body : {"", "{", "{\"", R"({"Id)", R"({"total":2})", R"({"taskId":7})", R"({"name":"taskId"})",
                             R"({"taskId":"7)", R"([{"taskId":"7"}])"}) {
        EXPECT_EQ(made_id(body), "") << body;
    }
}

}  // namespace
}  // namespace cellwise::app
