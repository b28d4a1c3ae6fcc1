// SPDX-License-Identifier: Apache-2.0
#include "cellwise/ports/http.hpp"

#include <gtest/gtest.h>

namespace cellwise::ports {
namespace {

TEST(HttpHeaders, AreFoundInAnyCaseAndTheFirstWins) {
    const HttpHeaders headers{{"Content-Type", "a"}, {"X-Twice", "first"}, {"x-twice", "second"}};
    EXPECT_EQ(find_header(headers, "content-TYPE"), "a");
    EXPECT_EQ(find_header(headers, "X-TWICE"), "first");
    EXPECT_EQ(find_header(headers, "Content"), std::nullopt);
    EXPECT_EQ(find_header(headers, "Content-Type-X"), std::nullopt);
}

TEST(HttpRequest, FindsQueryValuesByTheirExactName) {
    HttpRequest request;
    request.query = {{"limit", "5"}, {"Limit", "6"}, {"empty", ""}};
    EXPECT_EQ(request.query_value("limit"), "5");
    EXPECT_EQ(request.query_value("Limit"), "6");
    EXPECT_EQ(request.query_value("empty"), "");
    EXPECT_EQ(request.query_value("none"), std::nullopt);
}

TEST(HttpMethod, IsNamedAsOnTheWire) {
    EXPECT_EQ(to_string(HttpMethod::Patch), "PATCH");
    EXPECT_EQ(to_string(HttpMethod::Other), "OTHER");
}

}  // namespace
}  // namespace cellwise::ports
