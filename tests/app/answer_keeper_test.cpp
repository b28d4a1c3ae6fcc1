// SPDX-License-Identifier: Apache-2.0
#include "app/answer_keeper.hpp"

#include "adapters/sqlite/inline_database.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

class AnswerKeeperTest : public testing::Test {
 protected:
    fakes::TemporaryDirectory directory_{};
    fakes::ManualClock clock_{};
    std::unique_ptr<sqlite::InlineDatabase> database_ = open();
    std::optional<AnswerKeeper> keeper_{std::in_place, *database_, clock_};
    const ports::HttpResponse made_{
        .status = 201, .headers = {{"Content-Type", "application/json"}}, .body = R"({"thingId":"7"})"};

    std::unique_ptr<sqlite::InlineDatabase> open() {
        return std::move(*sqlite::InlineDatabase::open({.path = directory_ / "test.db", .sync = sqlite::Sync::Off}));
    }
    /// What was not committed is lost, as when the process is killed.
    void restart() {
        keeper_.reset();
        database_.reset();
        database_ = open();
        keeper_.emplace(*database_, clock_);
        ASSERT_TRUE(keeper_->open());
    }
    void commit() { ASSERT_TRUE(database_->commit()); }
    Result<AnswerKeeper::Found> claim(const std::string& key = "k", const std::string& caller = "token:1") {
        return keeper_->claim(caller, key);
    }
    std::string refused(const std::string& key = "k") {
        const auto found = claim(key);
        return found ? "" : found.error().code;
    }
};

TEST_F(AnswerKeeperTest, GivesTheSameAnswerAgain) {
    claim()->claim->answered("print", made_);
    commit();
    const auto again = claim();
    ASSERT_TRUE(again && !again->claim);
    EXPECT_EQ(again->kept.fingerprint, "print");
    EXPECT_EQ(again->kept.status, 201);
    EXPECT_EQ(again->kept.content_type, "application/json");
    EXPECT_EQ(again->kept.body, made_.body);
    EXPECT_TRUE(claim("k", "token:2")->claim) << "a key is its caller's own";
    EXPECT_TRUE(claim("other")->claim);
    restart();
    EXPECT_EQ(claim()->kept.body, made_.body);
}

TEST_F(AnswerKeeperTest, LetsOneCallAtATimeHaveAKey) {
    const auto first = claim();
    EXPECT_EQ(refused(), "idempotency.in_progress");
    commit();
    EXPECT_EQ(refused(), "idempotency.in_progress");
    first->claim->answered("print", made_);
    commit();
    EXPECT_EQ(refused(), "");
}

TEST_F(AnswerKeeperTest, GivesAnAnswerAgainThatIsNotDurableYet) {
    claim()->claim->answered("print", made_);
    const auto again = claim();
    ASSERT_TRUE(again && !again->claim);
    EXPECT_EQ(again->kept.fingerprint, "print");
    EXPECT_EQ(again->kept.body, made_.body);
    commit();
    EXPECT_EQ(claim()->kept.body, made_.body);
}

TEST_F(AnswerKeeperTest, SaysThatNobodyKnowsWhatADaemonThatStoppedHadDone) {
    const auto lost = claim();
    commit();
    restart();
    EXPECT_EQ(refused(), "idempotency.unknown");
    clock_.advance(std::chrono::hours(24));
    EXPECT_EQ(refused(), "") << "a day later it is as if the key had not been used";
}

TEST_F(AnswerKeeperTest, ForgetsAKeyThatWasNotDurable) {
    const auto lost = claim();
    database_->discard();
    restart();
    EXPECT_TRUE(claim()->claim);
}

TEST_F(AnswerKeeperTest, GivesAKeyBackWhenTheCallIsRefusedOrBreaksOff) {
    claim()->claim->answered("print", {.status = 409});
    commit();
    { const auto dropped = claim(); }
    commit();
    EXPECT_TRUE(claim()->claim);
}

TEST_F(AnswerKeeperTest, LetsARefusedCallBeMadeAgainAtOnceWithItsKey) {
    for (int i = 0; i < 3; ++i) {
        claim()->claim->answered("print", {.status = 400});  // and nothing of it is durable yet
        EXPECT_EQ(refused("other"), "") << "dropped, given back";
    }
    const auto put_right = claim();
    ASSERT_TRUE(put_right && put_right->claim);
    EXPECT_EQ(refused(), "idempotency.in_progress") << "the one that holds it now";
    put_right->claim->answered("put right", made_);
    EXPECT_EQ(claim()->kept.fingerprint, "put right");
    commit();
    EXPECT_EQ(claim()->kept.fingerprint, "put right");
    restart();
    EXPECT_EQ(claim()->kept.fingerprint, "put right");
}

TEST_F(AnswerKeeperTest, LeavesARefusedKeyFreeAndUncountedInTheEnd) {
    keeper_.emplace(*database_, clock_, 1);
    for (int i = 0; i < 3; ++i) {
        claim()->claim->answered("print", {.status = 409});
        commit();
    }
    EXPECT_EQ(refused("another"), "") << "none of them is counted";
}

TEST_F(AnswerKeeperTest, LeavesInDoubtWhatFailedByAFaultOfOurs) {
    claim()->claim->answered("print", {.status = 500});
    commit();
    EXPECT_EQ(refused(), "idempotency.unknown");
    claim("large")->claim->answered("print", {.status = 200, .body = std::string((1U << 20U) + 1, 'x')});
    commit();
    EXPECT_EQ(refused("large"), "idempotency.unknown");
}

TEST_F(AnswerKeeperTest, KeepsNoSecret) {
    auto secret = made_;
    secret.kept = R"({"thingId":"7","secret":null})";
    secret.body = R"({"thingId":"7","secret":"s"})";
    claim()->claim->answered("print", secret);
    commit();
    EXPECT_EQ(claim()->kept.body, *secret.kept);
}

TEST_F(AnswerKeeperTest, ForgetsAfterADay) {
    claim()->claim->answered("print", made_);
    commit();
    clock_.advance(std::chrono::hours(24));
    const auto anew = claim();
    ASSERT_TRUE(anew->claim);
    anew->claim->answered("other", made_);
    commit();
    EXPECT_EQ(claim()->kept.fingerprint, "other");
    clock_.advance(std::chrono::hours(24) + std::chrono::milliseconds(1));
    std::int64_t erased = 0;
    database_->write(
        [&](ports::Transaction& tx) -> Status {
            erased = keeper_->erase_old(tx, clock_.now(), 10).value();
            return {};
        },
        [](const Status&) {});
    commit();
    EXPECT_EQ(erased, 1);
}

TEST_F(AnswerKeeperTest, KeepsSoManyAndNoMore) {
    keeper_.emplace(*database_, clock_, 2);
    for (const auto* key : {"a", "b"}) {
        claim(key)->claim->answered("print", made_);
        commit();
    }
    EXPECT_EQ(refused("c"), "idempotency.full");
    EXPECT_EQ(claim("a")->kept.status, 201) << "what is kept is told all the same";
    keeper_.emplace(*database_, clock_, 2);
    ASSERT_TRUE(keeper_->open());
    EXPECT_EQ(refused("c"), "idempotency.full") << "those of before the restart count";
    clock_.advance(std::chrono::hours(25));
    database_->write(
        [this](ports::Transaction& tx) -> Status {
            const auto erased = keeper_->erase_old(tx, clock_.now(), 1);
            return erased ? Status{} : Status{erased.error()};
        },
        [](const Status&) {});
    commit();
    EXPECT_EQ(refused("c"), "");
}

TEST_F(AnswerKeeperTest, TakesKeysThatCanBeWritten) {
    for (const auto& key :
         {std::string(), std::string(129, 'k'), std::string("a b"), std::string("\x7F"), std::string("\xC3\xA9")}) {
        EXPECT_EQ(refused(key), "idempotency.key.invalid") << key;
    }
    EXPECT_EQ(refused(std::string(128, 'k')), "");
    EXPECT_EQ(refused("\"550e8400-e29b-41d4-a716-446655440000\""), "");
}

}  // namespace
}  // namespace cellwise::app
