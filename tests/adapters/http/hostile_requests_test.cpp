// SPDX-License-Identifier: Apache-2.0
// What attackers send, over real sockets: whoever sits before us must not see other requests than we do.
#include "adapters/http/http_server.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/scripted_handler.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace cellwise::http {
namespace {

using namespace std::string_literals;
using testing::get;
using testing::RawClient;

/// Behind each attack stands this request: it must not be served.
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

std::string with(const std::string& fields, const std::string& body = {}) {
    return "POST /echo HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}
const std::string kChunked = "Transfer-Encoding: chunked\r\n";
const std::string kLast = "0\r\n\r\n";

std::string many_fields(int count, const std::string& value) {
    std::string fields;
    for (int i = 0; i < count; ++i) fields += "X-" + std::to_string(i) + ": " + value + "\r\n";
    return fields;
}

struct Attack {
    std::string name;
    std::string bytes;
    int status = 400;
};
void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

const std::vector<Attack> kAttacks{
    // Where does the body end?
    {"LengthAndChunked", with("Content-Length: 5\r\n" + kChunked, kLast)},
    {"ChunkedAndLength", with(kChunked + "Content-Length: 5\r\n", kLast)},
    {"ChunkedTwice", with(kChunked + kChunked, kLast)},
    {"ChunkedThenIdentity", with(kChunked + "Transfer-Encoding: identity\r\n", kLast)},
    {"ChunkedInAList", with("Transfer-Encoding: gzip, chunked\r\n", kLast)},
    {"ChunkedNotLast", with("Transfer-Encoding: chunked, gzip\r\n", kLast)},
    {"ChunkedMisspelt", with("Transfer-Encoding: xchunked\r\n", kLast)},
    {"ChunkedQuoted", with("Transfer-Encoding: \"chunked\"\r\n", kLast)},
    {"ChunkedWithAVerticalTab", with("Transfer-Encoding: \vchunked\r\n", kLast)},
    {"ChunkedBeforeASpace", with("Transfer-Encoding : chunked\r\n", kLast)},
    {"ChunkedFolded", with("Transfer-Encoding:\r\n chunked\r\n", kLast)},
    {"ChunkedByALoneCarriageReturn", with("X: a\rTransfer-Encoding: chunked\r\n", kLast)},
    {"ChunkedInHttp10", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + kLast},
    {"TwoLengths", with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
    {"ListOfLengths", with("Content-Length: 5, 6\r\n", "hello")},
    {"LengthWithPlus", with("Content-Length: +5\r\n", "hello")},
    {"NegativeLength", with("Content-Length: -5\r\n", "hello")},
    {"HexadecimalLength", with("Content-Length: 0x5\r\n", "hello")},
    {"EmptyLength", with("Content-Length:\r\n", "hello")},
    {"LengthWithASpaceInside", with("Content-Length: 1 0\r\n", "hello")},
    {"LengthOf64BitsAndMore", with("Content-Length: 18446744073709551621\r\n", "hello")},
    {"LengthBeforeASpace", with("Content-Length : 5\r\n", "hello")},
    // Where does a field end?
    {"FoldedField", with("X: a\r\n b\r\n")},
    {"FoldedByATab", with("X: a\r\n\tb\r\n")},
    {"FoldedFirstField", "GET /echo HTTP/1.1\r\n Host: h\r\n\r\n"},
    {"LoneLineFeedInAField", with("X: a\nY: b\r\n")},
    {"LoneCarriageReturnInAField", with("X: a\rb\r\n")},
    {"NulInAName", with("X\0Y: a\r\n"s)},
    {"NulInAValue", with("X: a\0b\r\n"s)},
    {"NoColon", with("X\r\n")},
    {"NoName", with(": a\r\n")},
    {"SpaceInAName", with("X Y: a\r\n")},
    {"SpaceBeforeTheColon", with("X : a\r\n")},
    {"BracketInAName", with("X(Y): a\r\n")},
    {"EightBitName", with("X\xE9: a\r\n")},
    // Chunks.
    {"ChunkOfAHexadecimalPrefix", with(kChunked, "0x5\r\nhello\r\n" + kLast)},
    {"ChunkOfANegativeSize", with(kChunked, "-5\r\nhello\r\n" + kLast)},
    {"ChunkOfAPlus", with(kChunked, "+5\r\nhello\r\n" + kLast)},
    {"ChunkOfMoreThan64Bits", with(kChunked, "10000000000000005\r\nhello\r\n" + kLast)},
    {"ChunkWithoutASize", with(kChunked, "\r\nhello\r\n" + kLast)},
    {"ChunkWithASpaceBefore", with(kChunked, " 5\r\nhello\r\n" + kLast)},
    {"ChunkEndedByALoneLineFeed", with(kChunked, "5\nhello\r\n" + kLast)},
    {"ChunkLongerThanItSays", with(kChunked, "5\r\nhelloX\r\n" + kLast)},
    {"ChunkShorterThanItSays", with(kChunked, "6\r\nhello\r\n" + kLast)},
    {"ChunkDataEndedByALoneLineFeed", with(kChunked, "5\r\nhello\n" + kLast)},
    {"LineFeedInAChunkExtension", with(kChunked, "5;a\nb\r\nhello\r\n" + kLast)},
    {"CarriageReturnInAChunkExtension", with(kChunked, "5;a\rb\r\nhello\r\n" + kLast)},
    {"LengthInATrailer", with(kChunked, "0\r\nContent-Length: 5\r\n\r\n")},
    {"ChunkedInATrailer", with(kChunked, "0\r\nTransfer-Encoding: chunked\r\n\r\n")},
    {"LoneLineFeedInATrailer", with(kChunked, "0\r\nX: a\nY: b\r\n\r\n")},
    // The request line and the host.
    {"SpaceBeforeTheMethod", " GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"TwoSpacesBehindTheMethod", "GET  /echo HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"TabsInTheRequestLine", "GET\t/echo\tHTTP/1.1\r\nHost: h\r\n\r\n"},
    {"NoVersion", "GET /echo\r\nHost: h\r\n\r\n"},
    {"AnotherWordBehindTheTarget", "GET /echo x HTTP/1.1\r\nHost: h\r\n\r\n", 505},
    {"AnotherProtocol", "GET /echo HTCPCP/1.1\r\nHost: h\r\n\r\n", 505},
    {"AnAuthorityAsTarget", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"AnAsteriskAsTarget", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"AFragment", "GET /echo#a HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"ARelativeTarget", "GET echo HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"AnEightBitTarget", "GET /\xC3\xA9 HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"AnEscapedNul", "GET /echo%00 HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"AnEscapedSlash", "GET /a%2Fecho HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"AHalfEscape", "GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"NoHost", "GET /echo HTTP/1.1\r\n\r\n"},
    {"TwoHosts", "GET /echo HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"},
    {"AHostWithAPath", "GET /echo HTTP/1.1\r\nHost: h/x\r\n\r\n"},
    {"AHostWithAUser", "GET /echo HTTP/1.1\r\nHost: a@h\r\n\r\n"},
    {"AHostOfTwoWords", "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {"AListOfHosts", "GET /echo HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {"TlsInsteadOfHttp", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n"s},
    {"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"Http09AsAVersion", "GET /echo HTTP/0.9\r\n\r\n", 505},
    // Too much.
    {"ManyFields", with(many_fields(4'000, "a")), 431},
    {"LargeField", with("X: " + std::string(1 << 20, 'x') + "\r\n"), 431},
    {"LongName", with(std::string(1 << 20, 'x') + ": a\r\n"), 431},
    {"QueryOfTenMegabytes", "GET /echo?" + std::string(10 << 20, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", 431},
    {"LongMethod", std::string(1 << 20, 'G') + " /echo HTTP/1.1\r\nHost: h\r\n\r\n", 431},
};

class HostileRequest : public ::testing::TestWithParam<Attack> {};
INSTANTIATE_TEST_SUITE_P(Each, HostileRequest, ::testing::ValuesIn(kAttacks),
                         [](const auto& attack) { return attack.param.name; });

TEST_P(HostileRequest, IsRefusedAndEndsTheConnection) {
    testing::ScriptedHandler handler;
    HttpServer server({.threads = 2, .limits = {.linger_time = Duration{100}}}, handler);
    ASSERT_TRUE(server.start());
    RawClient client(server.port());
    client.send(GetParam().bytes + kSmuggled);
    const auto response = client.read_response();
    EXPECT_EQ(response.status, GetParam().status) << response.head;
    EXPECT_EQ(response.field("Connection"), "close");
    client.shutdown_send();
    EXPECT_EQ(client.read_all(), "") << "one answer, and no second";
    EXPECT_EQ(handler.requests, 0);
    RawClient good(server.port());
    good.send(get("/204"));
    EXPECT_EQ(good.read_response().status, 204);
}

/// Line feeds alone: refused, or never a whole head. Served it is not.
TEST(HostileRequests, AreNotServedWhereLinesEndInALineFeedOnly) {
    testing::ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    for (const auto* bytes :
         {"GET /echo HTTP/1.1\nHost: h\n\n", "GET /echo HTTP/1.1\r\nHost: h\r\n\n", "GET /echo\n"}) {
        RawClient client(server.port());
        client.send(bytes);
        client.shutdown_send();
        const auto all = client.read_all();
        EXPECT_TRUE(all.empty() || all.starts_with("HTTP/1.1 400") || all.starts_with("HTTP/1.1 505"))
            << bytes << all;
    }
    EXPECT_EQ(handler.requests, 0);
}

/// CL.0: some servers forget the body of a request that needs none, and take it for the next request.
TEST(HostileRequests, TakeTheBodyOfARequestThatNeedsNoneForItsBody) {
    testing::ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    const std::vector<std::string> framings{
        "Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n\r\n" + kSmuggled,
        "Transfer-Encoding: chunked\r\n\r\n23\r\n" + kSmuggled + "\r\n0\r\n\r\n"};
    ASSERT_EQ(kSmuggled.size(), 0x23U);
    for (const auto* method : {"GET", "HEAD", "DELETE", "POST"}) {
        for (const auto& framing : framings) {
            handler.requests = 0;
            RawClient client(server.port());
            client.send(std::string(method) + " /200 HTTP/1.1\r\nHost: h\r\n" + framing + get("/204"));
            EXPECT_EQ(client.read_response(std::string_view(method) == "HEAD").status, 200);
            EXPECT_EQ(client.read_response().status, 204);
            EXPECT_EQ(handler.requests, 2) << method;
        }
    }
}

TEST(HostileRequests, ChangeNothingByTheirTrailers) {
    testing::ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    RawClient client(server.port());
    client.send(with(kChunked,
                     "5\r\nhello\r\n0\r\nHost: other\r\n"
                     "Authorization: Bearer x\r\n\r\n") +
                get("/204"));
    const auto echo = client.read_response();
    EXPECT_EQ(echo.status, 200);
    EXPECT_EQ(echo.body.find("other"), std::string::npos);
    EXPECT_EQ(echo.body.find("Bearer"), std::string::npos);
    EXPECT_EQ(client.read_response().status, 204);
}

TEST(HostileRequests, MayNameTheHostInTheirTarget) {
    testing::ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    RawClient client(server.port());
    client.send("GET http://elsewhere:80/echo?a=1 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_response().body.starts_with("GET /echo?a=1;"));
}

TEST(HostileRequests, LeaveTheServerToOthersHoweverManyThereAre) {
    testing::ScriptedHandler handler;
    HttpServer server({.threads = 2}, handler);
    ASSERT_TRUE(server.start());
    std::vector<RawClient> attackers;
    for (int round = 0; round < 3; ++round) {
        for (const auto& attack : kAttacks) {
            if (attack.bytes.size() > 100'000) continue;
            attackers.emplace_back(server.port());
            attackers.back().send(attack.bytes);
        }
        RawClient good(server.port());
        good.send(get("/204"));
        EXPECT_EQ(good.read_response().status, 204);
    }
    EXPECT_EQ(handler.requests, 3);
}

}  // namespace
}  // namespace cellwise::http
