// SPDX-License-Identifier: Apache-2.0
#include "app/event_hub.hpp"

#include "app/new_id.hpp"
#include "tests/fakes/committed_store.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using domain::CellKey;
using domain::CoverageClass;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CellKey cell(int number) {
    return {.cell = domain::CellId{std::to_string(number)}, .coverage = CoverageClass::Level0};
}

class EventHubTest : public ::testing::Test {
 protected:
    fakes::CommittedStore store_{};
    fakes::ManualClock clock_{};
    fakes::SeededRandom random_{};
    EventHub::Options options_{.watchers = 3, .kept = 100, .changes = 20, .linger = 60s, .heartbeat_after = 15s};
    EventHub hub_{store_, clock_, options_};
    int looked_at_ = 0;

    domain::Task task_{.id = new_timed_id<TaskId>(random_, clock_.now()), .name = "winter"};
    domain::Task other_{.id = new_timed_id<TaskId>(random_, clock_.now()), .name = "summer"};

    EventHubTest() {
        for (const auto& task : {task_, other_}) {
            store_.put([&](ports::Transaction& tx) { return tx.tasks().insert(task); });
        }
    }
    std::unique_ptr<EventHub::Watcher> watch(const EventHub::Wish& wish = {}) {
        auto watcher = hub_.watch(wish);
        EXPECT_TRUE(watcher);
        return std::move(*watcher);
    }
    void tick() {
        hub_.tick([this](const CellKey& key) {
            ++looked_at_;
            return domain::CellLimiter::Usage{.key = key, .in_use = 1, .limit = 50};
        });
        clock_.advance(1s);
    }
    domain::Job a_job(const domain::Task& task) {
        return {.id = new_timed_id<JobId>(random_, clock_.now()), .task = task.id};
    }
    /// What a batch says, in words.
    static std::vector<std::string> words_of(const EventHub::Batch& batch) {
        std::vector<std::string> words;
        if (batch.over) words.emplace_back("over");
        if (batch.gap) words.emplace_back("gap");
        if (batch.heartbeat) words.emplace_back("heartbeat");
        struct Word {
            std::string operator()(const TaskChanged& changed) const { return "task " + changed.task.name; }
            std::string operator()(const TaskErased&) const { return "erased"; }
            std::string operator()(const JobsChanged& changed) const {
                return std::to_string(changed.jobs.size()) + " jobs";
            }
            std::string operator()(const CellsChanged& changed) const {
                return std::to_string(changed.usages.size()) + " cells";
            }
            std::string operator()(const TooMuchChanged& much) const {
                return much.task ? "too many jobs" : "too much";
            }
        };
        for (const auto& event : batch.events) words.push_back(std::visit(Word{}, event->what));
        return words;
    }
};

TEST_F(EventHubTest, TellsATaskOnceATickHoweverOftenItChanges) {
    const auto watcher = watch();
    for (int i = 0; i < 5; ++i) hub_.on_task(task_.id);
    hub_.on_job(a_job(task_));
    EXPECT_THAT(words_of(watcher->take()), IsEmpty());
    tick();
    EXPECT_THAT(words_of(watcher->take()), ElementsAre("task winter"));
    tick();
    EXPECT_THAT(words_of(watcher->take()), IsEmpty());
}

TEST_F(EventHubTest, TellsWhatATaskIsNowAndThatItIsGone) {
    const auto watcher = watch();
    hub_.on_task(task_.id);
    store_.put([&](ports::Transaction& tx) {
        auto changed = task_;
        changed.state = domain::TaskState::Stop;
        return tx.tasks().save(changed);
    });
    tick();
    const auto batch = watcher->take();
    ASSERT_EQ(batch.events.size(), 1U);
    EXPECT_EQ(std::get<TaskChanged>(batch.events[0]->what).task.state, domain::TaskState::Stop);
    store_.put([&](ports::Transaction& tx) -> Status {
        EXPECT_TRUE(tx.tasks().erase(task_.id).value());
        return {};
    });
    hub_.on_task(task_.id);
    tick();
    EXPECT_THAT(words_of(watcher->take()), ElementsAre("erased"));
}

TEST_F(EventHubTest, TellsJobsOnlyToThoseWhoWatchTheirTask) {
    const auto all = watch();
    const auto one = watch({.task = task_.id});
    auto job = a_job(task_);
    hub_.on_job(job);
    job.state = domain::JobState::Downloading;
    hub_.on_job(job);
    hub_.on_job(a_job(other_));
    hub_.on_cell(cell(1));
    tick();
    EXPECT_THAT(words_of(all->take()), ElementsAre("task winter", "task summer", "1 cells"));
    const auto batch = one->take();
    EXPECT_THAT(words_of(batch), ElementsAre("task winter", "1 jobs", "1 cells"));
    EXPECT_EQ(std::get<JobsChanged>(batch.events[1]->what).jobs[0].state, domain::JobState::Downloading);
}

TEST_F(EventHubTest, CostsNothingWhileNobodyWatches) {
    hub_.on_task(task_.id);
    hub_.on_job(a_job(task_));
    for (int i = 0; i < 1000; ++i) hub_.on_cell(cell(i));
    tick();
    EXPECT_EQ(looked_at_, 0);
    const auto watcher = watch();
    tick();
    EXPECT_THAT(words_of(watcher->take()), IsEmpty()) << "what was before it came";
}

TEST_F(EventHubTest, SaysSoWhereMoreChangesThanItTells) {
    const auto all = watch();
    const auto one = watch({.task = task_.id});
    for (int i = 0; i < 21; ++i) hub_.on_job(a_job(task_));
    for (int i = 0; i < 21; ++i) hub_.on_cell(cell(i));
    tick();
    EXPECT_THAT(words_of(one->take()),
                ElementsAre("task winter", "20 jobs", "too many jobs", "20 cells", "too much"));
    EXPECT_THAT(words_of(all->take()), ElementsAre("task winter", "20 cells", "too much"));
    hub_.on_everything();
    tick();
    EXPECT_THAT(words_of(all->take()), ElementsAre("too much"));
}

TEST_F(EventHubTest, TellsASlowWatcherThatItMissedSomethingAndKeepsNothingForIt) {
    const auto slow = watch();
    const auto quick = watch();
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 20; ++i) hub_.on_cell(cell(i));
        tick();
        EXPECT_THAT(words_of(quick->take()), ElementsAre("20 cells"));
    }
    EXPECT_THAT(words_of(slow->take()), ElementsAre("gap"));
    EXPECT_THAT(words_of(slow->take()), IsEmpty());
    hub_.on_cell(cell(1));
    tick();
    EXPECT_THAT(words_of(slow->take()), ElementsAre("1 cells"));
}

TEST_F(EventHubTest, GivesAWatcherThatComesBackWhatItMissed) {
    std::string seen;
    {
        const auto watcher = watch({.task = task_.id});
        hub_.on_job(a_job(task_));
        tick();
        const auto batch = watcher->take();
        ASSERT_EQ(batch.events.size(), 2U);
        seen = hub_.id_of(batch.events[0]->number);
    }
    hub_.on_cell(cell(1));
    tick();
    const auto back = watch({.task = task_.id, .last_id = seen});
    EXPECT_THAT(words_of(back->take()), ElementsAre("1 jobs", "1 cells"));
    const auto nobody_watched = watch({.task = other_.id, .last_id = seen});
    EXPECT_THAT(words_of(nobody_watched->take()), ElementsAre("gap")) << "that task's jobs were not noted";
}

TEST_F(EventHubTest, SaysThatThereIsAGapAfterALongAbsenceAndAfterARestart) {
    std::string seen;
    {
        const auto watcher = watch();
        hub_.on_task(task_.id);
        tick();
        seen = hub_.id_of(watcher->take().number);
    }
    for (int i = 0; i < 61; ++i) tick();
    EXPECT_THAT(words_of(watch({.last_id = seen})->take()), ElementsAre("gap"));
    for (const auto* foreign : {"1-1", "x", "-", "99999999999999999999-1"}) {
        EXPECT_THAT(words_of(watch({.last_id = foreign})->take()), ElementsAre("gap")) << foreign;
    }
    EXPECT_THAT(words_of(watch({.last_id = hub_.id_of(1'000'000)})->take()), ElementsAre("gap"));
    EXPECT_THAT(words_of(watch()->take()), IsEmpty());
}

TEST_F(EventHubTest, RemindsOfItselfWhereNothingHappens) {
    const auto watcher = watch();
    int calls = 0;
    watcher->begin([&] { ++calls; });
    for (int i = 0; i < 15; ++i) tick();
    EXPECT_EQ(calls, 0);
    tick();
    EXPECT_EQ(calls, 1);
    EXPECT_THAT(words_of(watcher->take()), ElementsAre("heartbeat"));
    EXPECT_THAT(words_of(watcher->take()), IsEmpty());
    hub_.on_task(task_.id);
    tick();
    EXPECT_EQ(calls, 2);
}

TEST_F(EventHubTest, BoundsThoseWhoWatch) {
    auto first = watch();
    const auto second = watch();
    const auto third = watch();
    const auto refused = hub_.watch({});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "events.watchers");
    first.reset();
    EXPECT_TRUE(hub_.watch({}));
}

TEST_F(EventHubTest, ReadsABoundedNumberOfTasksATickAndForgetsNone) {
    const auto watcher = watch();
    for (int i = 0; i < 40; ++i) hub_.on_task(new_timed_id<TaskId>(random_, clock_.now()));
    std::size_t told = 0;
    for (int i = 0; i < 3; ++i) {
        tick();
        const auto batch = watcher->take();
        EXPECT_LE(batch.events.size(), 16U);
        told += batch.events.size();
    }
    EXPECT_EQ(told, 40U);
}

TEST_F(EventHubTest, EndsEveryWatcherWhenItIsClosed) {
    const auto watcher = watch();
    int calls = 0;
    watcher->begin([&] { ++calls; });
    hub_.close();
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(watcher->take().over);
    EXPECT_TRUE(watch()->take().over);
}

}  // namespace
}  // namespace cellwise::app
