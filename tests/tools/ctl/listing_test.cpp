// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string page_of(int first, int count, const std::string& next) {
    std::string items;
    for (int i = first; i < first + count; ++i) {
        items += std::string(items.empty() ? "" : ",") + R"({"cell":")" + std::to_string(i) +
                 R"(","coverageClass":"level0","inUse":)" + std::to_string(i) + R"(,"limit":50,"waiting":0})";
    }
    return R"({"items":[)" + items + R"(],"nextCursor":)" + (next.empty() ? "null" : '"' + next + '"') + '}';
}

using List = CtlFixture;

TEST_F(List, IsATableForPeople) {
    api_.answers("GET /api/v1/cells?limit=50", {.body = page_of(9, 2, "")});
    const auto outcome = run({"cells", "list"});
    EXPECT_EQ(outcome.out,
              "CELL  COVERAGE  IN USE  LIMIT  WAITING\n"
              "9     level0         9     50        0\n"
              "10    level0        10     50        0\n");
    EXPECT_EQ(outcome.err, "");
}

TEST_F(List, SaysThatThereIsMore) {
    api_.answers("GET /api/v1/cells?limit=2", {.body = page_of(1, 2, "next")});
    const auto outcome = run({"cells", "list", "--limit", "2"});
    EXPECT_EQ(outcome.err, "the first 2; --all shows every one, --limit N more\n");
}

TEST_F(List, GoesThroughEveryPageWhenAllAreWanted) {
    api_.answers("GET /api/v1/cells?limit=1000", {.body = page_of(1, 2, "a/b")});
    api_.answers("GET /api/v1/cells?limit=1000&cursor=a%2fb", {.body = page_of(3, 1, "")});
    const auto outcome = run({"--json", "cells", "list", "--all"});
    const auto json = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(json["items"].size(), 3U);
    EXPECT_TRUE(json["nextCursor"].is_null());
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
}

TEST_F(List, KeepsItsColumnsFromPageToPage) {
    api_.answers("GET /api/v1/cells?limit=1000", {.body = page_of(7, 2, "next")});
    api_.answers("GET /api/v1/cells?limit=1000&cursor=next", {.body = page_of(9, 2, "")});
    EXPECT_EQ(run({"cells", "list", "--all"}).out,
              "CELL  COVERAGE  IN USE  LIMIT  WAITING\n"
              "7     level0         7     50        0\n"
              "8     level0         8     50        0\n"
              "9     level0         9     50        0\n"
              "10    level0        10     50        0\n");
}

TEST_F(List, GoesOnBehindAPageThatIsEmpty) {
    api_.answers("GET /api/v1/cells?limit=50", {.body = page_of(0, 0, "next")});
    api_.answers("GET /api/v1/cells?limit=50&cursor=next", {.body = page_of(9, 1, "")});
    EXPECT_THAT(run({"cells", "list"}).out, HasSubstr("\n9  "));
}

TEST_F(List, ThatBreaksOffEndsInTheCodeForIt) {
    api_.answers("GET /api/v1/cells?limit=1000", {.body = page_of(7, 2, "next")});
    api_.refuses("GET /api/v1/cells?limit=1000&cursor=next", 401, "access.token.expired");
    const auto outcome = run({"--json", "cells", "list", "--all"});
    EXPECT_EQ(outcome.code, 4);
    EXPECT_FALSE(nlohmann::json::accept(outcome.out));
    EXPECT_THAT(outcome.err, HasSubstr("[access.token.expired]"));
}

TEST_F(List, TakesNoMoreThanItsLimitOverSeveralPages) {
    api_.answers("GET /api/v1/cells?limit=1000", {.body = page_of(1, 1000, "x")});
    api_.answers("GET /api/v1/cells?limit=500&cursor=x", {.body = page_of(1001, 500, "y")});
    const auto outcome = run({"--json", "cells", "list", "--limit", "1500"});
    const auto json = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(json["items"].size(), 1500U);
    EXPECT_EQ(json["nextCursor"], "y");
    EXPECT_THAT(api_.requests(), ElementsAre("GET /api/v1/cells?limit=1000", "GET /api/v1/cells?limit=500&cursor=x"));
}

TEST_F(List, OfNothingSaysSoBesideTheResult) {
    api_.answers("GET /api/v1/cells?limit=50", {.body = page_of(0, 0, "")});
    const auto outcome = run({"cells", "list"});
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "none\n");
    EXPECT_EQ(run({"--json", "cells", "list"}).out, "{\"items\":[],\"nextCursor\":null}\n");
}

TEST_F(List, ShowsWhatDevicesWroteWithoutObeyingIt) {
    api_.answers("GET /api/v1/devices?limit=50",
                 {.body = R"({"items":[{"deviceId":"d","nodeId":"n","name":"\u001b[2J\u202Eab\n","deviceInfo":null,)"
                          R"("softwareVersion":"水表V2","status":"online","lastSeenAt":"2026-11-26T09:30:00.123Z"}],)"
                          R"("nextCursor":null})"});
    const auto outcome = run({"devices", "list"});
    EXPECT_THAT(outcome.out,
                HasSubstr("d       n     online  水表V2   \\x1b[2J\\u{202e}ab\\n  –      2026-11-26T09:30:00Z\n"));
}

TEST_F(List, RefusesLimitsThatMeanNothing) {
    EXPECT_EQ(run({"cells", "list", "--limit", "0"}).code, 2);
    EXPECT_EQ(run({"cells", "list", "--limit", "-1"}).code, 2);
    EXPECT_EQ(run({"cells", "list", "--limit", "2", "--all"}).code, 2);
    EXPECT_TRUE(api_.requests().empty());
}

TEST_F(List, FitsTheTerminal) {
    width_ = 48;
    api_.answers("GET /api/v1/subscriptions?limit=50",
                 {.body = R"({"items":[{"subscriptionId":"s","appId":"a","notifyType":"t","callbackUrl":)"
                          R"("http://billing.example.com:8090/a/long/path","createdAt":"2026-11-26T09:30:00Z"}],)"
                          R"("nextCursor":null})"});
    const auto narrow = run({"subscriptions", "list"});
    EXPECT_THAT(narrow.out, HasSubstr("t     http://billing…\n"));
    EXPECT_EQ(narrow.err, "not shown, since the terminal is narrow: CREATED\n");
    width_.reset();
    EXPECT_THAT(run({"subscriptions", "list"}).out, HasSubstr("http://billing.example.com:8090/a/long/path  "));
}

}  // namespace
}  // namespace cellwise::ctl::test
