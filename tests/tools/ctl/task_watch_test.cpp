// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string a_task(const std::string& state, int wait, int processing, int success, int fail) {
    const auto number = [](const char* name, int value) {
        return '"' + std::string(name) + "\":" + std::to_string(value);
    };
    return R"({"taskId":"t1","name":"first","state":")" + state + R"(","counters":{)" +
           number("total", wait + processing + success + fail) + ',' + number("wait", wait) + ',' +
           number("processing", processing) + ',' + number("success", success) + ',' + number("fail", fail) +
           R"(,"stop":0}})";
}

class TaskWatch : public CtlFixture {
 protected:
    TaskWatch() {
        api_.answers(
            "GET /api/v1/cells?limit=1000",
            {.body = R"({"items":[{"cell":"4242","coverageClass":"level0","inUse":3,"limit":50,"waiting":2}],)"
                     R"("nextCursor":null})"});
        api_.answers("GET /api/v1/tasks/t1/jobs?status=fail&limit=1000",
                     {.body = R"({"items":[{"detail":"Task Conflict"},{"detail":"Task Conflict"},{"detail":null}],)"
                              R"("nextCursor":null})"});
    }
    void task_is(const std::string& state, int wait, int processing, int success, int fail) {
        api_.answers("GET /api/v1/tasks/t1", {.body = a_task(state, wait, processing, success, fail)});
    }
    Outcome watch(std::vector<std::string> more = {}) {
        std::vector<std::string> words{"tasks", "watch", "t1"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
};

TEST_F(TaskWatch, EndsWithTheTask) {
    task_is("wait", 2, 0, 0, 0);
    task_is("processing", 0, 2, 0, 0);
    task_is("success", 0, 0, 2, 0);
    const auto outcome = watch();
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out,
              "0:00  wait  0 of 2 upgraded, 0 failed, 0 under way, 2 waiting; 3 slots in use\n"
              "0:02  success  2 of 2 upgraded, 0 failed, 0 under way, 0 waiting; 3 slots in use\n");
}

TEST_F(TaskWatch, EndsInFiveWhereItWasNoSuccess) {
    task_is("failed", 0, 0, 1, 3);
    const auto outcome = watch();
    EXPECT_EQ(outcome.code, 5);
    EXPECT_THAT(outcome.err, HasSubstr("the task ended as failed: 3 of 4 devices were not upgraded [watch.failed]"));
}

TEST_F(TaskWatch, SaysALineWhenSomethingChangedAndNotTooOften) {
    for (int i = 0; i < 12; ++i) task_is("processing", 12 - i, i, 0, 0);
    for (int i = 0; i < 60; ++i) task_is("processing", 0, 12, 0, 0);
    task_is("success", 0, 0, 12, 0);
    const auto outcome = watch();
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 5)
        << outcome.out;  // 0, 5, 10, 15 s and the end
}

TEST_F(TaskWatch, IsDrawnInPlaceOnATerminal) {
    width_ = 80;
    task_is("processing", 1, 1, 0, 0);
    task_is("failed", 0, 0, 1, 3);
    const auto outcome = watch();
    EXPECT_EQ(outcome.code, 5);
    EXPECT_THAT(outcome.out, HasSubstr("\x1b[7F"));
    EXPECT_THAT(outcome.out, HasSubstr("level 0      3/50"));
    EXPECT_THAT(outcome.out, HasSubstr("2  Task Conflict"));
    EXPECT_THAT(outcome.out, HasSubstr("1  no reason"));
}

TEST_F(TaskWatch, IsEachChangedTaskInALineForPrograms) {
    task_is("wait", 1, 0, 0, 0);
    task_is("wait", 1, 0, 0, 0);
    task_is("success", 0, 0, 1, 0);
    const auto outcome = watch({"--json"});
    EXPECT_EQ(outcome.out, a_task("wait", 1, 0, 0, 0) + '\n' + a_task("success", 0, 0, 1, 0) + '\n');
    EXPECT_THAT(api_.requests(), Not(testing::Contains("GET /api/v1/cells?limit=1000")));
}

TEST_F(TaskWatch, CanBeInterrupted) {
    waits_ = 3;
    task_is("processing", 1, 0, 0, 0);
    const auto outcome = watch();
    EXPECT_EQ(outcome.code, 130);
    EXPECT_THAT(outcome.err, HasSubstr("goes on without being watched"));
}

TEST_F(TaskWatch, WaitsForADaemonThatStartsAnew) {
    task_is("processing", 1, 0, 0, 0);
    for (int i = 0; i < 20; ++i) api_.answers("GET /api/v1/tasks/t1", {.hangs_up = true});
    task_is("success", 0, 0, 1, 0);
    const auto outcome = watch();
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("; still trying\n"));
}

TEST_F(TaskWatch, GivesUpOnADaemonThatStaysAway) {
    task_is("processing", 1, 0, 0, 0);
    api_.answers("GET /api/v1/tasks/t1", {.hangs_up = true});
    EXPECT_EQ(watch().code, 3);
    EXPECT_GE(now_, Duration(120'000));
    EXPECT_LE(now_, Duration(125'000));
}

TEST_F(TaskWatch, DoesNotWaitForATaskThatIsNot) {
    api_.refuses("GET /api/v1/tasks/t1", 404, "task.not_found");
    EXPECT_EQ(watch().code, 1);
}

TEST_F(TaskWatch, CountsFailuresOnlyWhenThereAreNewOnes) {
    for (int i = 0; i < 30; ++i) task_is("processing", 1, 0, 0, 3);
    task_is("failed", 0, 0, 1, 3);
    watch();
    const auto requests = api_.requests();
    EXPECT_EQ(std::ranges::count(requests, "GET /api/v1/tasks/t1/jobs?status=fail&limit=1000"), 1);
}

}  // namespace
}  // namespace cellwise::ctl::test
