// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/event_stream.hpp"

#include "tests/fakes/committed_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <gtest/gtest.h>

namespace cellwise::rest {
namespace {

using namespace std::chrono_literals;
using Next = ports::BodyStream::Next;

class EventStreamTest : public ::testing::Test {
 protected:
    fakes::CommittedStore store_{};
    fakes::ManualClock clock_{};
    app::EventHub hub_{store_, clock_, app::EventHub::Options{}};
    const domain::Task task_{.id = *TaskId::parse("0123456789abcdef01234567"), .name = "winter"};
    bool allowed_ = true;
    EventStream stream_{hub_, std::move(*hub_.watch({.task = task_.id})), clock_, [this] { return allowed_; }};

    EventStreamTest() {
        store_.put([this](ports::Transaction& tx) { return tx.tasks().insert(task_); });
    }
    void tick() {
        hub_.tick([](const domain::CellKey& key) {
            return domain::CellLimiter::Usage{.key = key, .in_use = 2, .limit = 50, .waiting = 3};
        });
    }
    std::string said() {
        std::string out;
        EXPECT_EQ(stream_.next(out), Next::Piece);
        return out;
    }
    Next next() {
        std::string out;
        return stream_.next(out);
    }
};

TEST_F(EventStreamTest, GreetsAtOnceAndThenWaits) {
    EXPECT_EQ(said(), "retry: 3000\n\n");
    EXPECT_EQ(next(), Next::Nothing);
}

TEST_F(EventStreamTest, WritesWhatHappenedAsServerSentEvents) {
    said();
    auto job = domain::Job{.id = *JobId::parse("0123456789abcdef01234568"), .task = task_.id};
    job.detail = "two\nlines";
    hub_.on_job(job);
    hub_.on_cell({.cell = domain::CellId{"4242"}, .coverage = domain::CoverageClass::Level0});
    tick();
    const auto text = said();
    EXPECT_TRUE(text.starts_with(
        "id: " + hub_.id_of(1) +
        "\nevent: task\ndata: {\"taskId\":\"0123456789abcdef01234567\",\"name\":\"winter\",\"state\":\"wait\","
        "\"counters\":{\"total\":0,\"wait\":0,\"processing\":0,\"success\":0,\"fail\":0,\"stop\":0,\"timeout\":0},"
        "\"startedAt\":null,\"stoppedAt\":null}\n\nid: " +
        hub_.id_of(2) + "\nevent: job\ndata: {\"jobId\":\"0123456789abcdef01234568\","))
        << text;
    EXPECT_EQ(text.find("two\nlines"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\n\nid: " + hub_.id_of(3) +
                               "\nevent: cells\ndata: {\"items\":[{\"cell\":\"4242\",\"coverageClass\":\"level0\","
                               "\"inUse\":2,\"limit\":50,\"waiting\":3}]}\n\n"))
        << text;
}

TEST_F(EventStreamTest, LetsOnlyTheLastOfSeveralJobsBearTheId) {
    said();
    for (const auto* id : {"0123456789abcdef01234568", "0123456789abcdef01234569"}) {
        hub_.on_job({.id = *JobId::parse(id), .task = task_.id});
    }
    tick();
    const auto text = said();
    const auto first = text.find("event: job");
    EXPECT_EQ(text.substr(first - 2, 2), "\n\n") << text;
    const auto id = "id: " + hub_.id_of(2) + "\nevent: job";
    EXPECT_NE(text.find(id), std::string::npos) << text;
    EXPECT_EQ(text.find(id), text.rfind(id));
}

TEST_F(EventStreamTest, AsksItsClientToReadAnewAfterAGap) {
    EventStream late(hub_, std::move(*hub_.watch({.last_id = "1-1"})), clock_, [] { return true; });
    std::string out;
    EXPECT_EQ(late.next(out), Next::Piece);
    EXPECT_EQ(out, "retry: 3000\n\nid: " + hub_.id_of(0) + "\nevent: resync\ndata: {}\n\n");
}

TEST_F(EventStreamTest, SendsACommentWhereNothingHappens) {
    said();
    clock_.advance(15s);
    EXPECT_EQ(said(), ":\n\n");
}

TEST_F(EventStreamTest, EndsSoonAfterItsTokenIsNoneAnyMore) {
    said();
    allowed_ = false;
    EXPECT_EQ(next(), Next::Nothing);
    clock_.advance(EventStream::kAskAgainAfter);
    EXPECT_EQ(next(), Next::End);
}

TEST_F(EventStreamTest, EndsWhenTheDaemonStops) {
    said();
    hub_.close();
    EXPECT_EQ(next(), Next::End);
}

}  // namespace
}  // namespace cellwise::rest
