// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/record_view.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

std::string shown(const char* json) { return record_text(nlohmann::ordered_json::parse(json)); }

TEST(RecordText, HasAMemberALineInTheOrderOfTheApi) {
    EXPECT_EQ(shown(R"({"taskId":"t","name":null,"dueAt":"2026-11-26T09:30:00.123Z","n":7})"),
              "taskId  t\n"
              "name    –\n"
              "dueAt   2026-11-26T09:30:00Z\n"
              "n       7\n");
}

TEST(RecordText, IndentsWhatLiesInside) {
    EXPECT_EQ(shown(R"({"targets":{"devices":["a","b"]},"uses":[{"id":"1","n":2},{"id":"3"}],"none":[],"o":{}})"),
              "targets\n"
              "  devices\n"
              "    - a\n"
              "    - b\n"
              "uses\n"
              "  - id  1\n"
              "    n   2\n"
              "  - id  3\n"
              "none     –\n"
              "o        –\n");
}

TEST(RecordText, KeepsTheLinesOfAKeyAndNothingElseOfIt) {
    EXPECT_EQ(shown("{\"pem\":\"-----BEGIN\\nabc\\u001b\\n\"}"), "pem\n  -----BEGIN\n  abc\\x1b\n");
}

TEST(RecordText, IsSafeInItsNamesToo) { EXPECT_EQ(shown("{\"a\\u001bb\":1}"), "a\\x1bb  1\n"); }

}  // namespace
}  // namespace cellwise::ctl
