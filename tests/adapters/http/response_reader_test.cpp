// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/response_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

/// Feeds it `step` bytes at a time, keeping what was not used; false at an error.
bool feed(ResponseReader& reader, std::string_view text, std::size_t step) {
    std::string waiting;
    while (!text.empty() && !reader.done()) {
        waiting += text.substr(0, step);
        text.remove_prefix(std::min(step, text.size()));
        for (std::size_t used = 1; used > 0 && !waiting.empty() && !reader.done();) {
            const auto read = reader.read(waiting);
            if (!read) return false;
            used = *read;
            waiting.erase(0, used);
        }
    }
    return true;
}

class CutResponse : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Step, CutResponse, testing::Values(1, 2, 7, 4096));

TEST_P(CutResponse, IsReadHoweverItIsCut) {
    ResponseReader length(8192);
    ASSERT_TRUE(feed(length, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", GetParam()));
    EXPECT_TRUE(length.done());
    EXPECT_EQ(length.status(), 200);
    EXPECT_EQ(length.body_size(), 5U);

    ResponseReader chunked(8192);
    ASSERT_TRUE(
        feed(chunked,
             "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
             GetParam()));
    EXPECT_TRUE(chunked.done());
    EXPECT_EQ(chunked.status(), 503);
    EXPECT_EQ(chunked.body_size(), 19U);
}

TEST_P(CutResponse, IsReadBehindInterimOnes) {
    ResponseReader reader(8192);
    ASSERT_TRUE(feed(
        reader,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        GetParam()));
    EXPECT_TRUE(reader.done());
    EXPECT_EQ(reader.status(), 204);
}

TEST(ResponseReader, TakesTheEndOfTheConnectionForTheEndOfTheBody) {
    ResponseReader reader(8192);
    ASSERT_TRUE(feed(reader, "HTTP/1.0 200 OK\r\n\r\nsome", 4096));
    EXPECT_FALSE(reader.done());
    EXPECT_TRUE(reader.read_end());
    EXPECT_TRUE(reader.done());
}

TEST(ResponseReader, SaysWhenTheEndIsMissing) {
    for (const auto* text :
         {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        ResponseReader reader(8192);
        ASSERT_TRUE(feed(reader, text, 4096)) << text;
        const auto end = reader.read_end();
        ASSERT_FALSE(end) << text;
        EXPECT_EQ(end.error().code, "http.response.incomplete");
    }
}

TEST(ResponseReader, RefusesWhatIsNotHttp) {
    for (const auto* text : {"SSH-2.0-OpenSSH_9\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
        ResponseReader reader(8192);
        EXPECT_FALSE(feed(reader, text, 4096)) << text;
    }
    ResponseReader reader(1024);
    EXPECT_FALSE(feed(reader, "HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x'), 4096));
}

}  // namespace
}  // namespace cellwise::http
