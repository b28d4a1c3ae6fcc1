// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"
#include "adapters/http/tls_identity.hpp"
#include "tests/adapters/http/tls_peers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cellwise::http {
namespace {

using namespace std::chrono_literals;
using testing::get;
using testing::RawClient;
using testing::TlsClient;

/// No two records of it are the same.
Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 8191);
    return bytes;
}

/// What became of a body.
struct Fate {
    std::atomic<std::uint64_t> sent{0};
    std::promise<void> gone;
};

class TracedBytes final : public ports::BodyBytes {
 public:
    TracedBytes(const Bytes& bytes, std::shared_ptr<Fate> fate) : bytes_(bytes), fate_(std::move(fate)) {}
    ~TracedBytes() override { fate_->gone.set_value(); }
    TracedBytes(const TracedBytes&) = delete;
    TracedBytes& operator=(const TracedBytes&) = delete;
    ByteView bytes() const override { return bytes_; }
    void on_sent(std::uint64_t count) override { fate_->sent = count; }

 private:
    const Bytes& bytes_;
    std::shared_ptr<Fate> fate_;
};

/// Answers everything with the same bytes, and keeps the heads that it saw.
class BytesFace final : public ports::HttpHandler {
 public:
    explicit BytesFace(std::size_t size) : content(pattern(size)) {}

    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest&) override {
        return std::shared_ptr<ports::BodySink>{};
    }
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink>, ports::Respond respond) override {
        const std::lock_guard lock(mutex_);
        authorizations.emplace_back(request.header("Authorization").value_or(""));
        fates.push_back(std::make_shared<Fate>());
        respond({.headers = {{"Content-Disposition", "attachment;filename=a.bin"}},
                 .bytes = std::make_shared<TracedBytes>(content, fates.back())});
    }
    ports::HttpResponse refuse(const ports::HttpRequest&, const Error& error) override {
        return {.status = 400, .body = error.code};
    }
    std::shared_ptr<Fate> fate(std::size_t of_request) {
        const std::lock_guard lock(mutex_);
        return fates.at(of_request);
    }

    const Bytes content;
    std::vector<std::string> authorizations;
    std::vector<std::shared_ptr<Fate>> fates;

 private:
    std::mutex mutex_;
};

class HttpBodies : public ::testing::Test {
 protected:
    void start(std::size_t size, HttpLimits limits = {}, LineEnds line_ends = LineEnds::AlsoLone) {
        face_.emplace(size);
        const auto issued = authority_.issue();
        server_.emplace(HttpServer::Options{.tls_address = "127.0.0.1",
                                            .identity = TlsIdentity::make({issued.certificate, issued.key}).value(),
                                            .line_ends = line_ends,
                                            .most_unsent = 64 * 1024,
                                            .limits = limits},
                        *face_);
        ASSERT_TRUE(server_->start());
    }
    std::string content() const { return std::string(as_text(face_->content)); }
    /// Of the first request: within 10 s nothing of it is held any more.
    bool is_let_go() { return face_->fate(0)->gone.get_future().wait_for(10s) == std::future_status::ready; }

    testing::TestAuthority authority_{};
    std::optional<BytesFace> face_;
    std::optional<HttpServer> server_;
};

TEST_F(HttpBodies, AreSentFromWhereTheyLieAndTheConnectionGoesOn) {
    start(3'000'001);
    RawClient plain(server_->port());
    TlsClient secure(server_->tls_port(), {.ca = authority_.pem()});
    for (RawClient* client : {&plain, static_cast<RawClient*>(&secure)}) {
        for (int n = 0; n < 2; ++n) {
            ASSERT_TRUE(client->send(get("/")));
            const auto answer = client->read_response();
            EXPECT_EQ(answer.field("Content-Length"), "3000001");
            EXPECT_EQ(answer.field("Transfer-Encoding"), "");
            EXPECT_TRUE(answer.body == content());
        }
    }
    EXPECT_TRUE(is_let_go());
    EXPECT_EQ(face_->fate(0)->sent, 3'000'001U);
}

TEST_F(HttpBodies, AreNotSentToAHeadWhichHearsTheirLength) {
    start(1000);
    RawClient client(server_->port());
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/"));
    EXPECT_EQ(client.read_response(true).field("Content-Length"), "1000");
    EXPECT_TRUE(client.read_response().body == content());
    EXPECT_EQ(face_->fate(0)->sent, 0U);
}

TEST_F(HttpBodies, MayBeEmpty) {
    start(0);
    TlsClient client(server_->tls_port());
    client.send(get("/"));
    EXPECT_EQ(client.read_response().field("Content-Length"), "0");
}

TEST_F(HttpBodies, BeginInTheRecordOfTheirHead) {
    start(100'000);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(server_->tls_port(), {.least = version, .most = version});
        client.send(get("/"));
        const auto first = client.read_piece();
        const auto end = first.find("\r\n\r\n");
        ASSERT_NE(end, std::string::npos) << "the head is not in the first record";
        EXPECT_LE(end + 4, 4095U);
        EXPECT_TRUE(first.starts_with("HTTP/1.1 200 "));
        EXPECT_GT(first.size(), end + 4) << "the body begins there, too";
        EXPECT_NE(first.find("\r\nContent-Length: 100000\r\n"), std::string::npos);
        EXPECT_NE(first.find("\r\nContent-Disposition: attachment;filename=a.bin\r\n"), std::string::npos);
    }
}

TEST_F(HttpBodies, EndForAClientThatTakesNothing) {
    start(20'000'000, {.write_window = 100ms, .min_rate = 1});
    RawClient client(server_->port());
    client.send(get("/"));
    ASSERT_FALSE(client.read(1).empty());
    EXPECT_TRUE(is_let_go());
    EXPECT_LT(face_->fate(0)->sent, 20'000'000U);
}

TEST_F(HttpBodies, EndForAClientThatIsSlowerThanItMayBe) {
    start(20'000'000, {.write_window = 200ms, .min_rate = 100'000'000});
    TlsClient client(server_->tls_port());
    client.send(get("/"));
    // Takes some, all the time, but not at the rate that is asked for.
    for (int n = 0; n < 2'000 && !client.read(4'000).empty(); ++n) std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(is_let_go());
    EXPECT_LT(face_->fate(0)->sent, 20'000'000U);
}

TEST_F(HttpBodies, GoOnForASlowClientThatKeepsPace) {
    // Longer than a loaded machine stops the client for, and far shorter than the whole takes.
    start(3'000'000, {.write_window = 400ms, .min_rate = 1'000});
    TlsClient client(server_->tls_port());
    client.send(get("/"));
    const auto head = client.read_response(true);
    ASSERT_EQ(head.status, 200);
    std::string body;
    while (body.size() < 3'000'000) {
        const auto piece = client.read(std::min<std::size_t>(16'000, 3'000'000 - body.size()));
        if (piece.empty()) break;
        body += piece;
        std::this_thread::sleep_for(2ms);
    }
    EXPECT_TRUE(body == content());
}

TEST_F(HttpBodies, AreLetGoWhenTheClientHasGone) {
    start(50'000'000);
    {
        TlsClient client(server_->tls_port());
        client.send(get("/"));
        ASSERT_FALSE(client.read(100).empty());
        client.reset();
    }
    EXPECT_TRUE(is_let_go());
}

TEST_F(HttpBodies, AreLetGoWhenTheServerStops) {
    start(50'000'000);
    RawClient client(server_->port());
    client.send(get("/"));
    ASSERT_FALSE(client.read(100).empty());
    server_->stop(Duration{0});
    EXPECT_TRUE(is_let_go());
}

TEST_F(HttpBodies, HoldUpNobodyElse) {
    start(200'000'000);
    std::vector<std::unique_ptr<RawClient>> greedy;
    std::atomic<bool> over{false};
    std::vector<std::jthread> readers;  // joined before what they look at is gone
    for (int n = 0; n < 4; ++n) {
        auto& client = *greedy.emplace_back(std::make_unique<RawClient>(server_->port()));
        client.send(get("/"));
        readers.emplace_back([&] {
            while (!over && !client.read_piece().empty()) {
            }
        });
    }
    // While four take all they can, on two threads, a fifth gets its bytes, too.
    RawClient fifth(server_->port());
    fifth.send(get("/"));
    EXPECT_EQ(fifth.read(5'000'000).size(), 5'000'000U);
    over = true;
    server_->stop(Duration{0});
}

/// What a widely used device SDK sends: lone line feeds, no blank behind the colon.
std::string sdk_request() {
    return "GET /a HTTP/1.1\nHost: h\nAuthorization:Bearer 0123\nContent-Type: application/json\n\n";
}

TEST_F(HttpBodies, GoToDevicesThatWriteHttpAsTheyDo) {
    start(5000);
    TlsClient client(server_->tls_port());
    // With an extra line end between two requests, in pieces of its own and together with the next.
    for (const auto* between : {"", "\r\n", "\n"}) {
        ASSERT_TRUE(client.send(between + sdk_request()));
        EXPECT_TRUE(client.read_response().body == content());
        ASSERT_TRUE(client.send("\r\n"));
    }
    EXPECT_EQ(face_->authorizations, (std::vector<std::string>(3, "Bearer 0123")));
}

TEST_F(HttpBodies, TakeAnExtraLineEndForNoRequest) {
    start(10, {.header_time = 50ms});
    for (const bool tls : {false, true}) {
        const auto client =
            tls ? std::make_unique<TlsClient>(server_->tls_port()) : std::make_unique<RawClient>(server_->port());
        client->send(sdk_request() + "\r\n");
        EXPECT_EQ(client->read_response().body.size(), 10U);
        std::this_thread::sleep_for(200ms);  // longer than a head may take
        client->send(sdk_request());
        EXPECT_EQ(client->read_response().body.size(), 10U);
    }
}

TEST_F(HttpBodies, GoToNobodyWhoWritesSoWhereHttpIsStrict) {
    start(5000, {}, LineEnds::Strict);
    RawClient client(server_->port());
    client.send(sdk_request() + "\r\n\r\n");
    EXPECT_GE(client.read_response().status, 400);
    EXPECT_TRUE(face_->authorizations.empty());
}

TEST_F(HttpBodies, GoToSoManyConnectionsOfOneAddressAndNoMore) {
    start(10, {.max_per_peer = 2});
    RawClient first(server_->port());
    auto second = std::make_unique<RawClient>(server_->port());
    for (auto* client : {&first, second.get()}) {
        client->send(get("/"));
        EXPECT_EQ(client->read_response().status, 200);
    }
    EXPECT_EQ(RawClient(server_->port()).read_response().status, 503);
    RawClient elsewhere(server_->port(), "127.0.0.2");
    elsewhere.send(get("/"));
    EXPECT_EQ(elsewhere.read_response().status, 200);
    second.reset();
    // The server has to notice first.
    int status = 503;
    for (int n = 0; n < 1'000 && status != 200; ++n) {
        RawClient third(server_->port());
        third.send(get("/"));
        status = third.read_response().status;
    }
    EXPECT_EQ(status, 200);
}

}  // namespace
}  // namespace cellwise::http
