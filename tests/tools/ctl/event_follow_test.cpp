// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string event(const std::string& id, const std::string& name, const std::string& data) {
    return "id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n";
}

class EventFollow : public CtlFixture {
 protected:
    static constexpr auto kStream = "GET /api/v1/events";

    /// What one connection says before it ends.
    void says(const std::string& text, const std::string& request = kStream) {
        api_.answers(request, {.body = text, .content_type = "text/event-stream"});
    }
    /// As long as it goes on by itself; the time passes between the connections.
    Outcome follow(std::vector<std::string> words = {}) {
        words.insert(words.begin(), "events");
        return run(words);
    }
    std::vector<std::string> last_ids() const {
        std::vector<std::string> ids;
        for (const auto& each : api_.seen()) {
            const auto found = each.headers.find("last-event-id");
            ids.push_back(found == each.headers.end() ? "-" : found->second);
        }
        return ids;
    }
};

TEST_F(EventFollow, TellsEventsUntilItsTimeIsOver) {
    says("retry: 3000\n\n" + event("e-1", "task", R"({"taskId":"t1","erased":true})"));
    says("retry: 3000\n\n");
    const auto outcome = follow({"--for", "7"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "0:00  task  t1  deleted\n");
    EXPECT_EQ(now_, Duration(7'000));
}

TEST_F(EventFollow, ComesBackWithTheLastIdWhenTheStreamEnds) {
    says("retry: 1000\n\n" + event("e-1", "task", R"({"taskId":"t1","erased":true})") + "event: job\ndata: {");
    // libcurl asks once more by itself where a connection that it kept was closed meanwhile.
    for (int i = 0; i < 2; ++i) api_.answers(kStream, {.hangs_up = true});
    says(event("e-2", "resync", "{}"));
    says("");
    const auto outcome = follow({"--for", "4"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "0:00  task  t1  deleted\n0:02  resync  something was missed: read anew what you need\n");
    EXPECT_THAT(last_ids(), testing::ElementsAre("-", "e-1", "e-1", "e-1", "e-2"));
    EXPECT_EQ(
        outcome.err,
        "the stream ended; it is opened again where it was\nthe stream ended; it is opened again where it was\n")
        << "once a break, however often it is tried";
}

TEST_F(EventFollow, IsAnObjectALineForPrograms) {
    says(event("e-1", "task", R"({"taskId":"t1","erased":true})") + event("e-2", "cells", R"({"items":[]})"));
    const auto outcome = follow({"--json", "--for", "1"});
    EXPECT_EQ(outcome.out,
              "{\"id\":\"e-1\",\"event\":\"task\",\"data\":{\"taskId\":\"t1\",\"erased\":true}}\n"
              "{\"id\":\"e-2\",\"event\":\"cells\",\"data\":{\"items\":[]}}\n");
}

TEST_F(EventFollow, AsksForOneTaskAndBeginsBehindAnEvent) {
    says("", "GET /api/v1/events?taskId=t1");
    EXPECT_EQ(follow({"--task", "t1", "--since", "e-7", "--for", "1"}).code, 0);
    EXPECT_EQ(last_ids().front(), "e-7");
    EXPECT_THAT(api_.seen().front().headers.at("accept"), HasSubstr("text/event-stream"));
}

TEST_F(EventFollow, TellsOnlyWhatWasChosenAndThatSomethingIsMissing) {
    says(event("e-1", "task", R"({"taskId":"t1","erased":true})") + event("e-2", "job", R"({"deviceId":"d1"})") +
         event("e-3", "cells", R"({"items":[{"cell":"4242"}]})") + event("e-4", "resync", "{}"));
    const auto outcome = follow({"--only", "task", "--only", "job", "--for", "1"});
    EXPECT_THAT(outcome.out, HasSubstr("task  t1"));
    EXPECT_THAT(outcome.out, HasSubstr("job  d1"));
    EXPECT_THAT(outcome.out, Not(HasSubstr("4242")));
    EXPECT_THAT(outcome.out, HasSubstr("resync"));
    EXPECT_EQ(follow({"--only", "weather"}).code, 2);
}

TEST_F(EventFollow, CanBeInterrupted) {
    says(event("e-1", "task", R"({"taskId":"t1","erased":true})"));
    waits_ = 100;
    const auto outcome = follow();
    EXPECT_EQ(outcome.code, 130);
    EXPECT_THAT(outcome.out, HasSubstr("task  t1"));
}

TEST_F(EventFollow, GivesUpOnADaemonThatStaysAway) {
    says(event("e-1", "task", R"({"taskId":"t1","erased":true})"));
    api_.answers(kStream, {.hangs_up = true});
    EXPECT_EQ(follow().code, 3);
    EXPECT_GE(now_, Duration(120'000));
    EXPECT_LE(now_, Duration(130'000));
}

TEST_F(EventFollow, ComesBackThoughTooManyWatchJustNow) {
    says(event("e-1", "task", R"({"taskId":"t1","erased":true})"));
    api_.refuses(kStream, 429, "events.watchers");
    says(event("e-2", "task", R"({"taskId":"t2","erased":true})"));
    const auto outcome = follow({"--for", "10"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("task  t2"));
}

TEST_F(EventFollow, DoesNotComeBackWhereItIsNoUse) {
    says(event("e-1", "task", R"({"taskId":"t1","erased":true})"));
    api_.refuses(kStream, 401, "access.token.unknown");
    EXPECT_EQ(follow().code, 4) << "the token was revoked meanwhile";
    EXPECT_EQ(api_.requests().size(), 2U);
}

TEST_F(EventFollow, EndsAtOnceWhereItIsRefused) {
    api_.refuses("GET /api/v1/events?taskId=x", 404, "task.not_found");
    const auto outcome = follow({"--json", "--task", "x"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("\"code\":\"task.not_found\""));
    api_.refuses(kStream, 429, "events.watchers");
    EXPECT_EQ(follow().code, 1);
    environment_["CELLWISE_CTL_SERVER"] = "http://127.0.0.1:1";
    EXPECT_EQ(follow().code, 3);
}

TEST_F(EventFollow, EndsWhereWhatAnswersIsNoCellwise) {
    says(event("e-1", "task", "no JSON"));
    const auto outcome = follow();
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("[answer.foreign]"));
}

}  // namespace
}  // namespace cellwise::ctl::test
