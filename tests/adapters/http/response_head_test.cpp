// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/response_head.hpp"

#include <gtest/gtest.h>

namespace cellwise::http {
namespace {

TEST(ResponseHead, IsStatusLineFieldsAndFraming) {
    const ports::HttpResponse response{
        .status = 201, .headers = {{"Content-Type", "application/json"}, {"X-Two", "a b"}}, .body = "{}"};
    EXPECT_EQ(render_head(response, {}),
              "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nX-Two: a b\r\nContent-Length: 2\r\n"
              "Connection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, KeepsTheContentTypeOfAnEmpty200) {
    EXPECT_EQ(render_head({.headers = {{"Content-Type", "application/json"}}}, {.keep_alive = false}),
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(ResponseHead, GivesA204NoLength) {
    EXPECT_EQ(render_head({.status = 204}, {}), "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_FALSE(has_response_body(204, ports::HttpMethod::Get));
    EXPECT_FALSE(has_response_body(304, ports::HttpMethod::Get));
    EXPECT_FALSE(has_response_body(200, ports::HttpMethod::Head));
    EXPECT_TRUE(has_response_body(200, ports::HttpMethod::Get));
}

TEST(ResponseHead, DoesTheFramingItself) {
    const ports::HttpResponse response{
        .headers = {{"content-length", "99"}, {"Transfer-Encoding", "chunked"}, {"CONNECTION", "upgrade"}},
        .body = "x"};
    EXPECT_EQ(render_head(response, {}), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, LeavesOutFieldsThatWouldBreakIt) {
    const ports::HttpResponse response{.headers = {{"X-Evil", "a\r\nSet-Cookie: b"},
                                                   {"X: Evil", "a"},
                                                   {"", "a"},
                                                   {"X-Nul", std::string("a\0b", 3)},
                                                   {"X-Good", "a\tb \xC3\xA9"}}};
    EXPECT_EQ(render_head(response, {}),
              "HTTP/1.1 200 OK\r\nX-Good: a\tb \xC3\xA9\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, TellsBrowsersToComeByTlsWhereTheyDo) {
    EXPECT_EQ(
        render_head({.status = 204}, {.over_tls = true}),
        "HTTP/1.1 204 No Content\r\nStrict-Transport-Security: max-age=31536000\r\nConnection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, SaysTheDateAsHttpWantsIt) {
    EXPECT_EQ(http_date(from_unix_ms(784'111'777'999)), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(from_unix_ms(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(render_head({.status = 204}, {.date = from_unix_ms(0)}),
              "HTTP/1.1 204 No Content\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace cellwise::http
