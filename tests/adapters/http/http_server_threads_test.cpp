// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/scripted_handler.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cellwise::http {
namespace {

using testing::get;
using testing::post;
using testing::RawClient;
using testing::ScriptedHandler;

/// Answers each request from a thread of its own, after the handler has returned.
struct ThreadedHandler final : ports::HttpHandler {
    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest&) override {
        return std::shared_ptr<ports::BodySink>{};
    }
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink>, ports::Respond respond) override {
        const std::lock_guard lock(mutex);
        threads.emplace_back([request = std::move(request), respond = std::move(respond)]() mutable {
            respond({.body = request.body});
        });
    }
    ports::HttpResponse refuse(const ports::HttpRequest&, const Error&) override { return {.status = 400}; }
    ~ThreadedHandler() override { threads.clear(); }

    std::mutex mutex;
    std::vector<std::jthread> threads;
};

TEST(HttpServerThreads, TakeAnswersFromAnywhere) {
    ThreadedHandler handler;
    HttpServer server({.threads = 2}, handler);
    ASSERT_TRUE(server.start());
    std::vector<std::jthread> clients;
    for (int c = 0; c < 8; ++c) {
        clients.emplace_back([c, &server] {
            RawClient client(server.port());
            for (int i = 0; i < 50; ++i) {
                const auto body = std::to_string(c) + "/" + std::to_string(i);
                ASSERT_TRUE(client.send(post("/x", body)));
                ASSERT_EQ(client.read_response().body, body);
            }
        });
    }
}

TEST(HttpServerThreads, ServeManyConnectionsAtOnce) {
    ScriptedHandler handler;
    HttpServer server({.threads = 4}, handler);
    ASSERT_TRUE(server.start());
    std::vector<RawClient> pool;
    for (int i = 0; i < 200; ++i) pool.emplace_back(server.port());
    for (int round = 0; round < 5; ++round) {
        for (auto& client : pool) ASSERT_TRUE(client.send(post("/echo", "x") + get("/204")));
        for (auto& client : pool) {
            ASSERT_EQ(client.read_response().status, 200);
            ASSERT_EQ(client.read_response().status, 204);
        }
    }
    EXPECT_EQ(handler.requests, 2000);
}

TEST(HttpServerThreads, DropAnAnswerWhoseClientHasLeft) {
    ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    for (int i = 0; i < 20; ++i) {
        RawClient client(server.port());
        client.send(get("/held"));
        auto respond = handler.take_held();
        client.reset();
        respond({.body = std::string(100'000, 'x')});
        respond({.body = "again"});
    }
    RawClient client(server.port());
    client.send(get("/204"));
    EXPECT_EQ(client.read_response().status, 204);
}

TEST(HttpServerThreads, ForgetARequestWhoseClientLeavesInTheMiddle) {
    ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    for (const auto* part : {"", "GET / HT", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhal",
                             "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhal"}) {
        RawClient leaver(server.port());
        leaver.send(part);
        leaver.shutdown_send();
        EXPECT_EQ(leaver.read_all(), "") << part;
        RawClient rude(server.port());
        rude.send(part);
        rude.reset();
    }
    while (server.connections() > 0) std::this_thread::yield();
    EXPECT_EQ(handler.requests, 0);
}

TEST(HttpServerThreads, StopWaitsForTheAnswersUnderWay) {
    ScriptedHandler handler;
    HttpServer server({}, handler);
    ASSERT_TRUE(server.start());
    RawClient idle(server.port());
    idle.send(get("/204"));
    EXPECT_EQ(idle.read_response().status, 204);
    RawClient busy(server.port());
    busy.send(get("/held"));
    auto respond = handler.take_held();
    const auto port = server.port();
    std::jthread stopper([&] { server.stop(Duration{60'000}); });
    EXPECT_TRUE(idle.closed_by_peer());
    respond({.status = 202});
    const auto answer = busy.read_response();
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(busy.closed_by_peer());
    stopper.join();
    EXPECT_EQ(server.connections(), 0U);
    EXPECT_EQ(server.port(), port);
}

TEST(HttpServerThreads, StopEndsWhatIsNotAnsweredInTime) {
    ScriptedHandler handler;
    ports::Respond respond;
    {
        HttpServer server({}, handler);
        ASSERT_TRUE(server.start());
        RawClient held(server.port());
        held.send(get("/held"));
        respond = handler.take_held();
        RawClient half(server.port());
        half.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhal");
        server.stop(Duration{1});
        EXPECT_TRUE(held.closed_by_peer());
        EXPECT_TRUE(half.closed_by_peer());
        respond({.body = "late"});
    }
    respond({.body = "even later"});
}

TEST(HttpServerThreads, AnAnswerMayOutliveTheServer) {
    ScriptedHandler handler;
    ports::Respond respond;
    {
        HttpServer server({}, handler);
        ASSERT_TRUE(server.start());
        RawClient client(server.port());
        client.send(get("/held"));
        respond = handler.take_held();
    }
    respond({.body = "nobody is there"});
}

TEST(HttpServerThreads, StopRacesWithAnswers) {
    for (int round = 0; round < 20; ++round) {
        ScriptedHandler handler;
        auto server = std::make_unique<HttpServer>(HttpServer::Options{}, handler);
        ASSERT_TRUE(server->start());
        std::vector<RawClient> clients;
        for (int i = 0; i < 8; ++i) {
            clients.emplace_back(server->port());
            clients.back().send(get("/held"));
        }
        handler.wait_for_requests(8);
        std::jthread answering([&] {
            for (int i = 0; i < 8; ++i) handler.take_held()({.body = "x"});
        });
        server->stop(Duration{round % 2 == 0 ? 0 : 1});
        server.reset();
    }
}

}  // namespace
}  // namespace cellwise::http
