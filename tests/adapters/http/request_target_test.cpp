// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/request_target.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cellwise::http {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(RequestTarget, IsDecodedPathAndQueryInOrder) {
    const auto target = parse_request_target("/api/v1/tasks/a%3Astop%20now?b=2&a=1%26&b=%C3%A9");
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->path, "/api/v1/tasks/a:stop now");
    EXPECT_EQ(target->query, (Query{{"b", "2"}, {"a", "1&"}, {"b", "\xC3\xA9"}}));
}

TEST(RequestTarget, TakesAQueryThatBeginsWithAnAmpersand) {
    const auto target = parse_request_target("/iodm/x?&pageNo=0&&pageSize=10&");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->query, (Query{{"pageNo", "0"}, {"pageSize", "10"}}));
}

TEST(RequestTarget, ReadsPlusAsABlankInTheQueryOnly) {
    const auto target = parse_request_target("/a+b?name=c+d&sum=1%2B1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a+b");
    EXPECT_EQ(target->query, (Query{{"name", "c d"}, {"sum", "1+1"}}));
}

TEST(RequestTarget, KnowsEmptyValuesAndNames) {
    const auto target = parse_request_target("/?a&b=&=c&d=e=f");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->query, (Query{{"a", ""}, {"b", ""}, {"", "c"}, {"d", "e=f"}}));
}

TEST(RequestTarget, DropsTheAuthorityOfAnAbsoluteForm) {
    EXPECT_EQ(parse_request_target("http://example.com:80/x/y?z=1")->path, "/x/y");
    EXPECT_EQ(parse_request_target("http://example.com")->path, "/");
    const auto query_only = parse_request_target("http://example.com?a=/b");
    ASSERT_TRUE(query_only);
    EXPECT_EQ(query_only->path, "/");
    EXPECT_EQ(query_only->query, (Query{{"a", "/b"}}));
    EXPECT_EQ(parse_request_target("/go?to=http://example.com/x")->path, "/go");
    EXPECT_EQ(parse_request_target("/a://b")->path, "/a://b");
}

TEST(RequestTarget, LeavesDotsAndDoubleSlashesAsTheyCame) {
    EXPECT_EQ(parse_request_target("/a/../b/./c//d")->path, "/a/../b/./c//d");
    EXPECT_EQ(parse_request_target("/a/%2e%2E/b")->path, "/a/../b");
}

class RefusedTarget : public testing::TestWithParam<std::string> {};

TEST_P(RefusedTarget, IsMalformed) {
    const auto target = parse_request_target(GetParam());
    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().code, "http.target.malformed");
    EXPECT_EQ(target.error().kind, ErrorKind::InvalidInput);
}

INSTANTIATE_TEST_SUITE_P(Each, RefusedTarget,
                         testing::Values("", "*", "a/b", "?a=1", "example.com:443", "/%", "/%4", "/%4g", "/%g4",
                                         "/a%00b", "/a%2Fb", "/a%2fb", "/?q=%zz", "/?%=1", "/?q=%00", "/a b", "/a\tb",
                                         "/a\x7F", "/\xC3\xA9", "/a#b", std::string("/a\0b", 4)));

}  // namespace
}  // namespace cellwise::http
