// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/live_views.hpp"

#include <gtest/gtest.h>

namespace cellwise::rest {
namespace {

TEST(LiveViews, ShowNullWhereNothingIsKnownOfAJob) {
    json::Writer out;
    write_job(out, {.id = *JobId::parse("0123456789abcdef01234567"), .created_at = from_unix_ms(0)});
    const auto text = out.take();
    for (const auto* member : {R"("state":"waiting")", R"("status":"wait")", R"("detail":null)", R"("cell":null)",
                               R"("coverageClass":null)", R"("startedAt":null)"}) {
        EXPECT_NE(text.find(member), std::string::npos) << member << " in " << text;
    }
}

TEST(LiveViews, ShowTheCellOfAJobWithItsClass) {
    domain::Job job;
    job.cell = domain::CellKey{.cell = {"4242"}, .coverage = domain::CoverageClass::Level2};
    json::Writer out;
    write_job(out, job);
    EXPECT_NE(out.take().find(R"("cell":"4242","coverageClass":"level2")"), std::string::npos);
}

TEST(LiveViews, ShowACellThatNobodyKnowsAsNull) {
    json::Writer out;
    write_usage(out, {.key = {.cell = {}, .coverage = domain::CoverageClass::NoCell}, .in_use = 7, .limit = 500});
    EXPECT_EQ(out.take(), R"({"cell":null,"coverageClass":"no_cell","inUse":7,"limit":500,"waiting":0})");
}

}  // namespace
}  // namespace cellwise::rest
