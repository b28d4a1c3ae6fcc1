// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"
#include "adapters/http/tls_identity.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/tls_peers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <thread>

namespace cellwise::http {
namespace {

using Next = ports::BodyStream::Next;
using testing::get;
using testing::RawClient;

/// Says what the test tells it to say, and when.
class ScriptedStream final : public ports::BodyStream {
 public:
    std::optional<std::uint64_t> length() const override { return length_; }
    void begin(std::function<void()> ready) override {
        const std::lock_guard lock(mutex_);
        ready_ = std::move(ready);
    }
    Next next(std::string& out) override {
        const std::lock_guard lock(mutex_);
        ++asked;
        if (pieces_.empty()) return endless ? (out.assign(32 << 10, 'x'), Next::Piece) : Next::Nothing;
        const auto [what, text] = pieces_.front();
        pieces_.pop_front();
        out += text;
        return what;
    }
    void say(Next what, const std::string& text = {}) {
        std::function<void()> ready;
        {
            const std::lock_guard lock(mutex_);
            pieces_.emplace_back(what, text);
            ready = ready_;
        }
        if (ready) ready();
    }
    /// The server has no use for it any more.
    void let_go() {
        begin({});
        gone.set_value();
    }
    std::function<void()> ready() {
        const std::lock_guard lock(mutex_);
        return ready_;
    }

    std::optional<std::uint64_t> length_{};
    std::atomic<bool> endless{false};
    std::atomic<int> asked{0};
    std::promise<void> gone;

 private:
    std::mutex mutex_;
    std::function<void()> ready_;
    std::deque<std::pair<Next, std::string>> pieces_;
};

/// Answers every request with the stream that the test made; the second one with 204.
struct StreamingHandler final : ports::HttpHandler {
    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest&) override {
        return std::shared_ptr<ports::BodySink>{};
    }
    void handle(ports::HttpRequest, std::shared_ptr<ports::BodySink>, ports::Respond respond) override {
        if (!stream) return respond({.status = 204});
        ports::HttpResponse response{.headers = {{"Content-Type", "text/event-stream"}}};
        response.stream = {stream.get(), [lent = std::move(stream)](ports::BodyStream*) { lent->let_go(); }};
        respond(std::move(response));
    }
    ports::HttpResponse refuse(const ports::HttpRequest&, const Error&) override { return {.status = 400}; }

    std::shared_ptr<ScriptedStream> stream = std::make_shared<ScriptedStream>();
};

class HttpStreaming : public ::testing::Test {
 protected:
    explicit HttpStreaming(HttpLimits limits = {}) : server_({.threads = 2, .limits = limits}, handler_) {
        EXPECT_TRUE(server_.start());
    }
    void expect_gone() { EXPECT_EQ(gone_.wait_for(std::chrono::seconds(20)), std::future_status::ready); }

    StreamingHandler handler_;
    std::shared_ptr<ScriptedStream> kept_ = handler_.stream;
    ScriptedStream& stream_ = *kept_;
    std::future<void> gone_ = stream_.gone.get_future();
    HttpServer server_;
};

TEST_F(HttpStreaming, SendsPiecesAsTheyComeAndGoesOnWithTheNextRequest) {
    RawClient client(server_.port());
    client.send(get("/"));
    const auto head = client.read_response();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(head.field("Content-Length"), "");
    stream_.say(Next::Piece, "hello");
    EXPECT_EQ(client.read(10), "5\r\nhello\r\n");
    stream_.say(Next::Piece, std::string(17, 'x'));
    EXPECT_EQ(client.read(23), "11\r\n" + std::string(17, 'x') + "\r\n");
    stream_.say(Next::End);
    EXPECT_EQ(client.read(5), "0\r\n\r\n");
    expect_gone();
    client.send(get("/"));
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpStreaming, SendsALengthThatIsKnown) {
    stream_.length_ = 8;
    stream_.say(Next::Piece, "four");
    stream_.say(Next::Piece, "more");
    stream_.say(Next::End);
    RawClient client(server_.port());
    client.send(get("/"));
    const auto response = client.read_response();
    EXPECT_EQ(response.field("Content-Length"), "8");
    EXPECT_EQ(response.body, "fourmore");
    client.send(get("/"));
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpStreaming, ClosesWhereABodyIsNotWhatWasPromised) {
    for (const auto& [what, text] :
         {std::pair{Next::Piece, "too long by far"}, {Next::End, ""}, {Next::Broken, ""}}) {
        handler_.stream = std::make_shared<ScriptedStream>();
        handler_.stream->length_ = 8;
        handler_.stream->say(Next::Piece, "four");
        handler_.stream->say(what, text);
        RawClient client(server_.port());
        client.send(get("/"));
        EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nfour")) << text;
    }
}

TEST_F(HttpStreaming, SaysNoLastChunkOfABodyThatBroke) {
    stream_.say(Next::Piece, "four");
    stream_.say(Next::Broken);
    RawClient client(server_.port());
    client.send(get("/"));
    const auto all = client.read_all();
    EXPECT_TRUE(all.ends_with("4\r\nfour\r\n")) << all;
}

TEST_F(HttpStreaming, EndsByClosingForHttp10) {
    stream_.say(Next::Piece, "four");
    stream_.say(Next::End);
    RawClient client(server_.port());
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto all = client.read_all();
    EXPECT_NE(all.find("Connection: close"), std::string::npos);
    EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
    EXPECT_TRUE(all.ends_with("\r\n\r\nfour"));
}

TEST_F(HttpStreaming, AsksNoStreamForTheBodyOfAHead) {
    RawClient client(server_.port());
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.read_response(true).field("Transfer-Encoding"), "chunked");
    expect_gone();
    client.send(get("/"));
    EXPECT_EQ(client.read_response().status, 204);
}

TEST_F(HttpStreaming, NoticesThatTheClientLeftWhileThereIsNothingToSay) {
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    client.shutdown_send();
    expect_gone();
    EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpStreaming, NoticesThatTheClientLeftThoughItHadSentMore) {
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    client.send(get("/next"));
    client.shutdown_send();
    expect_gone();
}

/// The end of TLS and that of TCP are two: the first, unread, lies before the second.
TEST(HttpsStreaming, NoticesThatTheClientHasSaidGoodbyeAndLeft) {
    const auto issued = testing::TestAuthority().issue();
    StreamingHandler handler;
    const auto stream = handler.stream;
    auto gone = stream->gone.get_future();
    HttpServer server({.tls_address = "127.0.0.1",
                       .identity = TlsIdentity::make({.certificate = issued.certificate, .key = issued.key}).value()},
                      handler);
    ASSERT_TRUE(server.start());
    testing::TlsClient client(server.tls_port());
    client.send(get("/"));
    client.read_response();
    client.say_goodbye();
    client.shutdown_send();
    EXPECT_EQ(gone.wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST_F(HttpStreaming, LetsAStreamBeReadyAfterItsClientWasReset) {
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    std::function<void()> ready;
    while (!(ready = stream_.ready())) std::this_thread::yield();
    client.reset();
    expect_gone();
    ready();
}

TEST_F(HttpStreaming, EndsAStreamThatWaitsWhenItStops) {
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    server_.stop(Duration{60'000});
    expect_gone();
    EXPECT_EQ(client.read_all(), "") << "no last chunk: the server cannot know that the body was whole";
}

TEST_F(HttpStreaming, MakesNoMoreThanASlowClientTakes) {
    stream_.endless = true;
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    // Until the buffers of both sockets are full; what is asked for then does not change any more.
    int before = -1;
    while (std::exchange(before, stream_.asked.load()) != stream_.asked) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_LT(before, 1'000) << "pieces of 32 KiB";
    // How much has to be taken until the server's socket counts as writable is the kernel's affair: a third of it.
    while (stream_.asked == before) client.read(1 << 16);
    client.reset();
    expect_gone();
}

class HttpStreamingSlowly : public HttpStreaming {
 protected:
    HttpStreamingSlowly() : HttpStreaming({.write_window = Duration{40}}) {}
};

TEST_F(HttpStreamingSlowly, EndsAStreamThatNobodyTakes) {
    stream_.endless = true;
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    expect_gone();
}

TEST_F(HttpStreaming, TakesPiecesFromManyThreads) {
    RawClient client(server_.port());
    client.send(get("/"));
    client.read_response();
    {
        std::vector<std::jthread> talkers;
        for (int t = 0; t < 4; ++t) {
            talkers.emplace_back([this] {
                for (int i = 0; i < 100; ++i) stream_.say(Next::Piece, "12345");
            });
        }
    }
    stream_.say(Next::End);
    std::string all;
    for (int i = 0; i < 400; ++i) ASSERT_EQ(client.read(10), "5\r\n12345\r\n");
    EXPECT_EQ(client.read(5), "0\r\n\r\n");
}

}  // namespace
}  // namespace cellwise::http
