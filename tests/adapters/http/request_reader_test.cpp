// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/request_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

using State = RequestReader::State;

/// A reader fed `step` bytes at a time, as a session feeds it.
struct Fed {
    explicit Fed(std::string_view text, std::size_t step = 4096, std::size_t limit = 16 * 1024,
                 LineEnds line_ends = LineEnds::Strict)
        : reader(limit, line_ends) {
        const RequestReader::TakeBody take = [this](ByteView piece) -> Status {
            body.append(as_text(piece));
            if (body.size() > fail_after) return internal_error("full", "");
            return {};
        };
        while (!over() && !text.empty()) {
            rest += text.substr(0, step);
            text.remove_prefix(std::min(step, text.size()));
            for (std::size_t used = 1; used > 0 && !rest.empty() && !over();) {
                used = reader.state() == State::Head ? reader.read_head(rest) : reader.read_body(rest, take);
                rest.erase(0, used);
            }
        }
        rest += text;
    }
    bool over() const { return reader.state() == State::Done || reader.state() == State::Failed; }

    RequestReader reader;
    std::string body;
    std::string rest;
    std::size_t fail_after = 1 << 20;
};

class CutRequest : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Step, CutRequest, testing::Values(1, 2, 3, 17, 4096));

TEST_P(CutRequest, IsReadHoweverItIsCut) {
    Fed fed(
        "POST /a%20b?x=1&y=%26 HTTP/1.1\r\nHost: h\r\nX-Thing:  two words \r\nContent-Length: 5\r\n\r\nhelloGET /",
        GetParam());
    ASSERT_EQ(fed.reader.state(), State::Done);
    const auto& request = fed.reader.request();
    EXPECT_EQ(request.method, ports::HttpMethod::Post);
    EXPECT_EQ(request.path, "/a b");
    EXPECT_EQ(request.query_value("y"), "&");
    EXPECT_EQ(request.header("x-thing"), "two words");
    EXPECT_EQ(fed.body, "hello");
    EXPECT_EQ(fed.rest, "GET /");
    EXPECT_TRUE(fed.reader.keep_alive());
}

TEST_P(CutRequest, IsReadInChunks) {
    Fed fed(
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=\"a\"\r\nhello\r\n6\r\n world\r\n0\r\n"
        "X-Trailer: t\r\n\r\nnext",
        GetParam());
    ASSERT_EQ(fed.reader.state(), State::Done) << fed.reader.error().message;
    EXPECT_EQ(fed.body, "hello world");
    EXPECT_EQ(fed.rest, "next");
    EXPECT_FALSE(fed.reader.request().header("X-Trailer"));
}

TEST_P(CutRequest, MayFollowALooseLineEnd) {
    Fed fed("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", GetParam());
    EXPECT_EQ(fed.reader.state(), State::Done);
}

TEST(RequestReader, KnowsTheMethods) {
    using ports::HttpMethod;
    for (const auto& [text, method] : {std::pair{"GET", HttpMethod::Get},
                                       {"HEAD", HttpMethod::Head},
                                       {"POST", HttpMethod::Post},
                                       {"PUT", HttpMethod::Put},
                                       {"PATCH", HttpMethod::Patch},
                                       {"DELETE", HttpMethod::Delete},
                                       {"OPTIONS", HttpMethod::Other},
                                       {"BREW", HttpMethod::Other},
                                       {"get", HttpMethod::Other}}) {
        Fed fed(std::string(text) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_EQ(fed.reader.state(), State::Done) << text;
        EXPECT_EQ(fed.reader.request().method, method) << text;
    }
}

TEST(RequestReader, TakesABodilessRequestWithAContentType) {
    Fed fed("DELETE /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n");
    EXPECT_EQ(fed.reader.state(), State::Done);
    Fed zero("GET /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(zero.reader.state(), State::Done);
}

TEST(RequestReader, TellsBetweenKeepAliveAndClose) {
    EXPECT_TRUE(Fed("GET / HTTP/1.1\r\nHost: h\r\n\r\n").reader.keep_alive());
    EXPECT_FALSE(Fed("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").reader.keep_alive());
    EXPECT_FALSE(Fed("GET / HTTP/1.0\r\n\r\n").reader.keep_alive());
    EXPECT_TRUE(Fed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reader.keep_alive());
    EXPECT_TRUE(Fed("GET / HTTP/1.0\r\n\r\n").reader.is_http_1_0());
}

TEST(RequestReader, TellsWhatIsLeftOfTheBody) {
    RequestReader reader(8192);
    reader.read_head("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n");
    ASSERT_EQ(reader.state(), State::Body);
    EXPECT_EQ(reader.content_length(), 7U);
    reader.read_body("ab", [](ByteView) -> Status { return {}; });
    EXPECT_EQ(reader.content_length(), 5U);
}

TEST(RequestReader, PassesOnWhyABodyWasNotTaken) {
    RequestReader reader(8192);
    reader.read_head("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n");
    reader.read_body("ab", [](ByteView) -> Status { return internal_error("disk.full", "no room"); });
    ASSERT_EQ(reader.state(), State::Failed);
    EXPECT_EQ(reader.error().code, "disk.full");
    EXPECT_FALSE(reader.keep_alive());
}

TEST(RequestReader, RefusesAHeadThatIsTooLong) {
    const std::string many = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(3000, 'x') + "\r\n\r\n";
    for (const std::size_t step : {std::size_t{1}, std::size_t{4096}}) {
        Fed fed(many, step, 1024);
        ASSERT_EQ(fed.reader.state(), State::Failed);
        EXPECT_EQ(fed.reader.error().code, "http.header.too_large");
        EXPECT_EQ(Fed(many, step, 4096).reader.state(), State::Done);
    }
    Fed line("GET /" + std::string(3000, 'x'), 4096, 1024);
    EXPECT_EQ(line.reader.error().code, "http.header.too_large");
}

TEST(RequestReader, KeepsThePathOfATargetThatItRefuses) {
    Fed fed("GET /iodm/%zz?a=1 HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(fed.reader.state(), State::Failed);
    EXPECT_EQ(fed.reader.error().code, "http.target.malformed");
    EXPECT_EQ(fed.reader.request().path, "/iodm/%zz");
}

/// What one reader might frame differently from another.
class Ambiguous : public testing::TestWithParam<std::string> {};

TEST_P(Ambiguous, IsRefused) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{4096}}) {
        Fed fed(GetParam(), step);
        ASSERT_EQ(fed.reader.state(), State::Failed) << "body: " << fed.body << " rest: " << fed.rest;
        EXPECT_TRUE(fed.reader.error().code.starts_with("http.")) << fed.reader.error().code;
    }
}

std::string post(const std::string& fields, const std::string& body = "0\r\n\r\n") {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Each, Ambiguous,
    testing::Values(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
                    post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
                    post("Content-Length: 5\r\nContent-Length: 6\r\n"), post("Content-Length: 5, 6\r\n"),
                    post("Content-Length: +5\r\n"), post("Content-Length: -5\r\n"), post("Content-Length: 0x5\r\n"),
                    post("Content-Length: 5 5\r\n"), post("Content-Length: \r\n"),
                    post("Content-Length: 99999999999999999999999\r\n"), post("Content-Length : 5\r\n"),
                    post("Transfer-Encoding : chunked\r\n"), post("Transfer-Encoding: gzip\r\n"),
                    post("Transfer-Encoding: identity\r\n"), post("Transfer-Encoding: xchunked\r\n"),
                    post("Transfer-Encoding: chunked, gzip\r\n"),
                    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
                    post("Transfer-Encoding: \x0B"
                         "chunked\r\n"),
                    post("Transfer-Encoding:\r\n"), "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    post("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"),
                    post("Transfer-Encoding: chunked\r\n", "5\r\nhelloX\r\n0\r\n\r\n"),
                    post("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"),
                    post("Transfer-Encoding: chunked\r\n", "-1\r\nhello\r\n0\r\n\r\n"),
                    post("Transfer-Encoding: chunked\r\n", "11111111111111111\r\nhello\r\n0\r\n\r\n"),
                    post("Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n"), post("X\r\n"), post(": x\r\n"),
                    post("X y: z\r\n"), post("X: a\nY: b\r\n"), post("X: a\rY: b\r\n"),
                    post(std::string("X: a\0b\r\n", 8)), post("Host: other\r\n"), "GET / HTTP/1.1\r\n\r\n",
                    "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / \r\nHost: h\r\n\r\n",
                    "GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n",
                    " GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
                    std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11)));

TEST(RequestReader, SpeaksHttp1Only) {
    for (const auto* version : {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0"}) {
        Fed fed(std::string("GET / ") + version + "\r\nHost: h\r\n\r\n");
        ASSERT_EQ(fed.reader.state(), State::Failed) << version;
        EXPECT_EQ(fed.reader.error().code, "http.version.unsupported") << version;
    }
}

TEST(RequestReader, NeverTakesALoneLineFeedForALineEnd) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{4096}}) {
        Fed fed("GET / HTTP/1.1\nHost: h\n\n", step);
        // Either at once or by the head's deadline, it is not served.
        EXPECT_TRUE(fed.reader.state() == State::Head || fed.reader.state() == State::Failed);
    }
}

TEST_P(CutRequest, TakesLoneLineFeedsWhereItIsToldTo) {
    for (const auto* text : {"GET /a HTTP/1.1\nHost: h\nAuthorization:Bearer x\n\n",
                             "GET /a HTTP/1.1\r\nHost: h\nAuthorization:Bearer x\r\n\n",
                             "\n\r\nGET /a HTTP/1.1\nHost: h\r\nAuthorization:Bearer x\n\r\n"}) {
        Fed fed(text, GetParam(), 1024, LineEnds::AlsoLone);
        ASSERT_EQ(fed.reader.state(), State::Done) << text << fed.reader.error().message;
        EXPECT_EQ(fed.reader.request().path, "/a");
        EXPECT_EQ(fed.reader.request().header("Authorization"), "Bearer x");
        EXPECT_TRUE(fed.reader.keep_alive());
    }
}

TEST_P(CutRequest, KeepsWhatFollowsALenientHead) {
    Fed fed("POST /a HTTP/1.1\nHost: h\nContent-Length: 4\n\na\n\nbGET", GetParam(), 1024, LineEnds::AlsoLone);
    ASSERT_EQ(fed.reader.state(), State::Done);
    EXPECT_EQ(fed.body, "a\n\nb");
    EXPECT_EQ(fed.rest, "GET");
}

TEST_P(CutRequest, RefusesWhatIsAmbiguousHoweverItsLinesEnd) {
    for (const auto* text : {"GET / HTTP/1.1\nHost: h\nHost: i\n\n", "GET / HTTP/1.1\nHost: h\nX: a\n b\n\n",
                             "GET / HTTP/1.1\nHost: h\nX: a\rb\n\n", "GET /\n\n", "GET / HTTP/1.1\nHost: h\n: x\n\n",
                             "POST / HTTP/1.1\nHost: h\nContent-Length: 1\nContent-Length: 2\n\n"}) {
        Fed fed(text, GetParam(), 1024, LineEnds::AlsoLone);
        EXPECT_EQ(fed.reader.state(), State::Failed) << text;
    }
}

TEST_P(CutRequest, BoundsALenientHead) {
    Fed endless("GET / HTTP/1.1\nHost: h\n" + std::string(2000, 'x'), GetParam(), 1024, LineEnds::AlsoLone);
    EXPECT_EQ(endless.reader.error().code, "http.header.too_large");
    Fed whole("GET / HTTP/1.1\nHost: h\nX: " + std::string(2000, 'x') + "\n\n", GetParam(), 1024, LineEnds::AlsoLone);
    EXPECT_EQ(whole.reader.error().code, "http.header.too_large");
}

TEST(RequestReader, TakesARepeatedEqualLength) {
    Fed fed(post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"));
    EXPECT_EQ(fed.reader.state(), State::Done);
    EXPECT_EQ(fed.body, "hello");
}

}  // namespace
}  // namespace cellwise::http
