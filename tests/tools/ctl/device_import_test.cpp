// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

constexpr const char* kImport = "POST /api/v1/devices:import";
constexpr const char* kReport =
    R"({"total":3,"created":2,"failed":1,"errors":[{"line":3,"nodeId":"n\u001b","code":"device.node_id.duplicate",)"
    R"("field":"nodeId","detail":"a device of this node id exists","value":"n"}],"errorsTruncated":true})";

class DeviceImport : public CtlFixture {
 protected:
    std::string file(const char* name) { return files_.write(name, "nodeId\na\nb\n").string(); }
};

TEST_F(DeviceImport, KnowsTheFormByTheName) {
    api_.answers(kImport, {.body = R"({"total":2,"created":2,"failed":0,"errors":[],"errorsTruncated":false})"});
    const std::pair<const char*, const char*> forms[] = {
        {"d.csv", "text/csv"}, {"d.ndjson", "application/x-ndjson"}, {"d.jsonl", "application/x-ndjson"}};
    for (const auto& [name, type] : forms) {
        const auto outcome = run({"devices", "import", file(name)});
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(outcome.out, "2 lines: 2 devices created, 0 refused\n");
        EXPECT_EQ(api_.seen().back().headers.at("content-type"), type);
        EXPECT_EQ(api_.last_body(), "nodeId\na\nb\n");
    }
    EXPECT_EQ(run({"devices", "import", file("d.txt"), "--format", "csv"}).code, 0);
    EXPECT_EQ(run({"devices", "import", file("d.txt")}).code, 2);
}

TEST_F(DeviceImport, ShowsWhichLinesWereNotTakenAndEndsInOne) {
    api_.answers(kImport, {.body = kReport});
    const auto outcome = run({"devices", "import", file("d.csv")});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out,
              "LINE  NODE   CODE                      FIELD   WHY                              VALUE\n"
              "   3  n\\x1b  device.node_id.duplicate  nodeId  a device of this node id exists  n\n"
              "… only the first 1 are told\n\n"
              "3 lines: 2 devices created, 1 refused\n");
    EXPECT_THAT(outcome.err, HasSubstr("some lines were not taken: 1 [import.lines]\n  mend those lines"));
}

TEST_F(DeviceImport, GivesProgramsTheReportAlone) {
    api_.answers(kImport, {.body = kReport});
    const auto outcome = run({"--json", "devices", "import", file("d.csv")});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, std::string(kReport) + '\n');
}

}  // namespace
}  // namespace cellwise::ctl::test
