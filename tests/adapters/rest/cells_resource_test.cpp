// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class CellsResource : public ApiFixture {
 protected:
    CellsResource() {
        using domain::CoverageClass;
        usages_ = {
            {.key = {.cell = {}, .coverage = CoverageClass::NoCell}, .in_use = 7, .limit = 500},
            {.key = {.cell = {"4242"}, .coverage = CoverageClass::Level0}, .in_use = 50, .limit = 50, .waiting = 3},
            {.key = {.cell = {"4242"}, .coverage = CoverageClass::Level2}, .in_use = 1, .limit = 1}};
    }
};

TEST_F(CellsResource, TellUseLimitAndLine) {
    EXPECT_EQ(call(Get, "/api/v1/cells").body,
              R"({"items":[{"cell":null,"coverageClass":"no_cell","inUse":7,"limit":500,"waiting":0},)"
              R"({"cell":"4242","coverageClass":"level0","inUse":50,"limit":50,"waiting":3},)"
              R"({"cell":"4242","coverageClass":"level2","inUse":1,"limit":1,"waiting":0}],"nextCursor":null})");
}

TEST_F(CellsResource, ArePagedByCellAndClass) {
    std::string cursor;
    std::vector<std::string> seen;
    do {
        const auto page = call(Get, "/api/v1/cells?limit=1" + (cursor.empty() ? "" : "&cursor=" + cursor));
        const auto items = page.json().at("items");
        for (const auto& item : items) seen.push_back(item.at("coverageClass"));
        cursor = page.at("/nextCursor") == "null" ? "" : page.text_at("/nextCursor");
    } while (!cursor.empty() && seen.size() < 9);
    EXPECT_EQ(seen, (std::vector<std::string>{"no_cell", "level0", "level2"}));
}

TEST_F(CellsResource, RefuseAForeignCursor) {
    for (const auto* cursor : {"x", "level9/1", "level0/\n"}) {
        EXPECT_EQ(refused(Get, std::string("/api/v1/cells?cursor=") + cursor), "400 request.query.invalid cursor");
    }
}

}  // namespace
}  // namespace cellwise::rest
