// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/csv_row.hpp"

#include <gtest/gtest.h>

namespace cellwise::rest {
namespace {

using Fields = std::vector<std::string>;

TEST(ParseCsvRow, SplitsAtCommas) {
    EXPECT_EQ(parse_csv_row("a,b,c"), (Fields{"a", "b", "c"}));
    EXPECT_EQ(parse_csv_row("a,,"), (Fields{"a", "", ""}));
    EXPECT_EQ(parse_csv_row(""), (Fields{""}));
    EXPECT_EQ(parse_csv_row(" a , b"), (Fields{" a ", " b"}));
}

TEST(ParseCsvRow, TakesQuotedFields) {
    EXPECT_EQ(parse_csv_row(R"("a,b","say ""hi""",c)"), (Fields{"a,b", R"(say "hi")", "c"}));
    EXPECT_EQ(parse_csv_row(R"("","")"), (Fields{"", ""}));
    EXPECT_EQ(parse_csv_row(R"("""")"), (Fields{"\""}));
    EXPECT_EQ(parse_csv_row(R"(a,"")"), (Fields{"a", ""}));
}

TEST(ParseCsvRow, RefusesWrongQuotes) {
    for (const auto* line : {R"("a)", R"(a"b)", R"("a"b)", R"("a" ,b)", R"(")", R"(x,")", R"("a"")"}) {
        EXPECT_FALSE(parse_csv_row(line)) << line;
    }
}

}  // namespace
}  // namespace cellwise::rest
