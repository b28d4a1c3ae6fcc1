// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/event_text.hpp"

#include <gtest/gtest.h>

namespace cellwise::ctl {
namespace {

std::string lines(const std::string& name, const std::string& data) {
    const auto text = event_lines({.id = "1", .name = name, .data = data}, Duration(61'000), shell::Colour::Off);
    return text ? *text : text.error().code;
}

TEST(EventLines, SayHowATaskStands) {
    EXPECT_EQ(lines("task", R"({"taskId":"t1","name":"spring","state":"processing","counters":{"total":9,"wait":3,)"
                            R"("processing":2,"success":3,"fail":1,"stop":0,"timeout":0}})"),
              "1:01  task  t1  spring  processing  3 of 9 upgraded, 1 failed, 2 under way, 3 waiting\n");
    EXPECT_EQ(lines("task", R"({"taskId":"t1","erased":true})"), "1:01  task  t1  deleted\n");
}

TEST(EventLines, SayHowFarADeviceIs) {
    EXPECT_EQ(lines("job", R"({"deviceId":"d1","status":"processing","state":"downloading","cell":"4242",)"
                           R"("coverageClass":"level0","chunksServed":12,"detail":null})"),
              "1:01  job  d1  processing  downloading  cell 4242 level0  12 chunks\n");
    EXPECT_EQ(lines("job", R"({"deviceId":"d1","status":"fail","state":"failed","cell":null,"chunksServed":0,)"
                           R"("detail":"Task Conflict"})"),
              "1:01  job  d1  fail  failed  Task Conflict\n");
}

TEST(EventLines, AreOneForEachCell) {
    EXPECT_EQ(lines("cells", R"({"items":[{"cell":"1","coverageClass":"level0","inUse":2,"limit":50,"waiting":0},)"
                             R"({"cell":"2","coverageClass":"level2","inUse":1,"limit":1,"waiting":7}]})"),
              "1:01  cell  1 level0  2 of 50 in use, 0 in line\n1:01  cell  2 level2  1 of 1 in use, 7 in line\n");
    EXPECT_EQ(lines("cells", "{}"), "");
}

TEST(EventLines, SayThatSomethingWasMissedAndShowWhatIsNew) {
    EXPECT_EQ(lines("resync", "{}"), "1:01  resync  something was missed: read anew what you need\n");
    EXPECT_EQ(lines("weather", R"({"rain":true})"), "1:01  weather  {\"rain\":true}\n");
}

TEST(EventLines, GiveATerminalNothingToObey) {
    EXPECT_EQ(lines("task", R"({"taskId":"t1","name":"\u001b[2J","state":"wait"})"),
              "1:01  task  t1  \\x1b[2J  wait\n");
    EXPECT_EQ(lines("\x1b", "{}"), "1:01  \\x1b  {}\n");
}

TEST(EventLines, AreOfObjectsOnly) {
    EXPECT_EQ(lines("task", "[]"), "answer.foreign");
    EXPECT_EQ(lines("task", "{"), "answer.foreign");
}

TEST(EventJson, IsOneLineWithTheDataAsTheyCame) {
    EXPECT_EQ(*event_json({.id = "a-7", .name = "task", .data = R"({"z":1,"a":2})"}),
              R"({"id":"a-7","event":"task","data":{"z":1,"a":2}})");
    EXPECT_EQ(*event_json({.name = "resync", .data = "{}"}), R"({"id":null,"event":"resync","data":{}})");
    EXPECT_FALSE(event_json({.name = "task", .data = "x"}));
}

}  // namespace
}  // namespace cellwise::ctl
