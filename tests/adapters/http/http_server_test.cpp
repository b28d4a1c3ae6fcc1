// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"

#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/scripted_handler.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cellwise::http {
namespace {

using testing::get;
using testing::post;
using testing::RawClient;

class HttpServerTest : public ::testing::Test {
 protected:
    HttpServerTest() { EXPECT_TRUE(server.start()); }

    testing::ScriptedHandler handler;
    HttpServer server{{}, handler};
};

TEST_F(HttpServerTest, AnswersARequest) {
    RawClient client(server.port());
    client.send(post("/echo?a=%201&a=2", "hello", "X-Mine: yes\r\n"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("Content-Type"), "text/plain");
    EXPECT_EQ(response.field("Connection"), "keep-alive");
    EXPECT_TRUE(response.body.starts_with("POST /echo?a= 1;a=2; hello\n")) << response.body;
    EXPECT_NE(response.body.find("X-Mine: yes\n"), std::string::npos);
}

TEST_F(HttpServerTest, KeepsTheConnectionForManyRequests) {
    RawClient client(server.port());
    for (int i = 0; i < 2000; ++i) {
        const auto body = "n" + std::to_string(i);
        ASSERT_TRUE(client.send(post("/echo", body)));
        ASSERT_TRUE(client.read_response().body.starts_with("POST /echo? " + body + "\n"));
    }
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
    RawClient client(server.port());
    client.send(post("/echo", "one") + get("/held") + post("/echo", "three") + get("/204") +
                get("/echo", "Connection: close\r\n"));
    EXPECT_TRUE(client.read_response().body.starts_with("POST /echo? one"));
    handler.take_held()({.status = 202});
    EXPECT_EQ(client.read_response().status, 202);
    EXPECT_TRUE(client.read_response().body.starts_with("POST /echo? three"));
    EXPECT_EQ(client.read_response().status, 204);
    EXPECT_EQ(client.read_response().field("Connection"), "close");
    EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(HttpServerTest, TakesARequestByteByByte) {
    RawClient client(server.port());
    for (const char byte : post("/echo", "slowly")) ASSERT_TRUE(client.send({&byte, 1}));
    EXPECT_TRUE(client.read_response().body.starts_with("POST /echo? slowly"));
}

TEST_F(HttpServerTest, ReadsChunkedBodies) {
    RawClient client(server.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" +
        get("/204"));
    EXPECT_TRUE(client.read_response().body.starts_with("POST /echo? abcde"));
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpServerTest, AnswersHeadWithoutTheBodyButWithItsLength) {
    RawClient client(server.port());
    client.send("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n" + get("/204"));
    const auto response = client.read_response(true);
    EXPECT_EQ(response.status, 200);
    EXPECT_GT(std::stoi(response.field("Content-Length")), 10);
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpServerTest, KeepsTheContentTypeOfAnEmpty200) {
    RawClient client(server.port());
    client.send(get("/200"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("Content-Type"), "application/json");
    EXPECT_EQ(response.field("Content-Length"), "0");
}

TEST_F(HttpServerTest, SendsA204WithoutBodyAndLength) {
    RawClient client(server.port());
    client.send("DELETE /204 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n" + get("/200"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.field("Content-Length"), "");
    EXPECT_EQ(client.read_response().status, 200);
}

TEST_F(HttpServerTest, AsksForTheBodyThatAClientHoldsBack) {
    RawClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_response().head, "HTTP/1.1 100 Continue");
    client.send("body");
    EXPECT_TRUE(client.read_response().body.starts_with("POST /echo? body"));
}

TEST_F(HttpServerTest, RefusesABodyBeforeItIsSent) {
    RawClient client(server.port());
    client.send("POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body, "test.refused");
    EXPECT_EQ(response.field("Connection"), "close");
    EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(HttpServerTest, KeepsTheConnectionWhenWhatItRefusesHasNoBody) {
    RawClient client(server.port());
    client.send(get("/refused") + get("/204"));
    EXPECT_EQ(client.read_response().body, "test.refused");
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpServerTest, MeetsNoOtherExpectation) {
    RawClient client(server.port());
    client.send(post("/echo", "x", "Expect: wonders\r\n"));
    EXPECT_EQ(client.read_response().status, 417);
    EXPECT_EQ(handler.requests, 0);
}

TEST_F(HttpServerTest, ClosesAfterAnHttp10Request) {
    RawClient client(server.port());
    client.send("GET /204 HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.read_response().field("Connection"), "close");
    EXPECT_TRUE(client.closed_by_peer());

    RawClient kept(server.port());
    kept.send("GET /204 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.read_response().field("Connection"), "keep-alive");
    kept.send(get("/200"));
    EXPECT_EQ(kept.read_response().status, 200);
}

TEST_F(HttpServerTest, RefusesBadHttpInTheFacesShapeAndCloses) {
    const std::vector<std::pair<std::string, int>> cases{
        {"nonsense\r\n\r\n", 400},
        {"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
        {"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"GET /x%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /x HTTP/1.1\r\n\r\n", 400},
        {"GET /x HTTP/2.0\r\nHost: h\r\n\r\n", 505},
        {get("/x", "X: " + std::string(20'000, 'x') + "\r\n"), 431},
    };
    for (const auto& [request, status] : cases) {
        RawClient client(server.port());
        // The second request must not be served: nobody knows where the first one ends.
        client.send(request + get("/echo"));
        const auto response = client.read_response();
        EXPECT_EQ(response.status, status) << request.substr(0, 100);
        EXPECT_TRUE(response.body.starts_with("http.")) << response.body;
        EXPECT_EQ(response.field("Connection"), "close");
        client.shutdown_send();
        EXPECT_TRUE(client.closed_by_peer()) << request.substr(0, 100);
    }
    EXPECT_EQ(handler.requests, 0);
}

TEST_F(HttpServerTest, SurvivesHandlersThatThrow) {
    RawClient client(server.port());
    client.send(get("/throws") + get("/throws-early") + get("/204"));
    EXPECT_EQ(client.read_response().body, "http.handler.failed");
    EXPECT_EQ(client.read_response().body, "http.handler.failed");
    EXPECT_EQ(client.read_response().status, 204);

    RawClient other(server.port());
    other.send("GET /throws-in-refuse HTTP/1.1\r\nHost: h\r\nExpect: x\r\n\r\n");
    EXPECT_EQ(other.read_response().status, 417);
}

TEST_F(HttpServerTest, AnswersForAHandlerThatForgets) {
    RawClient client(server.port());
    client.send(get("/dropped") + get("/204"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, "http.unanswered");
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpServerTest, SendsTheFirstAnswerOnly) {
    RawClient client(server.port());
    client.send(get("/twice") + get("/204"));
    EXPECT_EQ(client.read_response().body, "first");
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpServerTest, TurnsAnImpossibleStatusInto500) {
    RawClient client(server.port());
    client.send(get("/101") + get("/204"));
    EXPECT_EQ(client.read_response().status, 500);
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpServerTest, ListensOnIpv6Too) {
    HttpServer six({.address = "::1"}, handler);
    const auto started = six.start();
    if (!started) GTEST_SKIP() << "no IPv6 here: " << started.error().message;
    EXPECT_NE(six.port(), 0);
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
    HttpServer taken({.port = server.port()}, handler);
    const auto failed = taken.start();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "http.listen.failed");
    EXPECT_EQ(failed.error().value, "127.0.0.1:" + std::to_string(server.port()));
    HttpServer nowhere({.address = "localhost"}, handler);
    EXPECT_EQ(nowhere.start().error().code, "http.listen.address");
}

struct FixedClock final : ports::Clock {
    Timestamp now() const override { return from_unix_ms(784'111'777'000); }
};

TEST_F(HttpServerTest, DatesItsAnswersByTheClock) {
    const FixedClock clock;
    HttpServer dated({.clock = &clock}, handler);
    ASSERT_TRUE(dated.start());
    RawClient client(dated.port());
    client.send(get("/204"));
    EXPECT_EQ(client.read_response().field("Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace cellwise::http
