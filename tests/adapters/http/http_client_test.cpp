// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_client.hpp"

#include "tests/adapters/http/raw_server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cellwise::http {
namespace {

using testing::answering;
using testing::RawServer;
using testing::read_request;
using testing::wait_for_end;
using testing::write_text;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

AddressPolicy loopback() { return {.allow_networks = {Cidr::parse("127.0.0.0/8").value()}}; }

std::future<Result<int>> start(HttpClient& client, const std::string& url, Duration timeout = Duration{20'000}) {
    auto promise = std::make_shared<std::promise<Result<int>>>();
    auto future = promise->get_future();
    client.post({.url = url, .body = R"({"a":1})", .content_type = "application/json", .timeout = timeout},
                [promise](const Result<int>& result) { promise->set_value(result); });
    return future;
}

Result<int> post(HttpClient& client, const std::string& url, Duration timeout = Duration{20'000}) {
    return start(client, url, timeout).get();
}

std::string code(const Result<int>& result) { return result ? std::to_string(*result) : result.error().code; }

class HttpClientTest : public ::testing::Test {
 protected:
    HttpClient client{{.policy = loopback()}};
};

TEST_F(HttpClientTest, PostsAndTellsTheStatus) {
    std::string seen;
    RawServer server([&](int socket) {
        seen = read_request(socket);
        write_text(socket, kOk);
    });
    EXPECT_EQ(code(post(client, server.url("/push?x=1"))), "200");
    EXPECT_TRUE(seen.starts_with("POST /push?x=1 HTTP/1.1\r\n")) << seen;
    EXPECT_NE(seen.find("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"), std::string::npos);
    EXPECT_NE(seen.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(seen.find("\r\nContent-Length: 7\r\n"), std::string::npos);
    EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_F(HttpClientTest, TakesAnyFramingOfTheAnswer) {
    for (const auto* response : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.0 503 Busy\r\n\r\nuntil the end",
                                 "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: "
                                 "chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                                 "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nshorter"}) {
        RawServer server(answering(response));
        const auto expected = std::string(response).find("100 Continue") == std::string::npos
                                  ? std::string(response).substr(9, 3)
                                  : std::string("201");
        EXPECT_EQ(code(post(client, server.url())), expected) << response;
    }
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
    RawServer target(answering(kOk));
    RawServer server(answering("HTTP/1.1 307 Go\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(code(post(client, server.url())), "307");
    EXPECT_EQ(target.connections(), 0);
}

TEST_F(HttpClientTest, ReadsNoMoreOfTheAnswerThanItsBound) {
    RawServer endless([](int socket) {
        read_request(socket);
        write_text(socket, "HTTP/1.1 200 OK\r\n\r\n");
        // Ends when the client closes.
        const std::string piece(1 << 16, 'x');
        while (::send(socket, piece.data(), piece.size(), MSG_NOSIGNAL) > 0) {
        }
    });
    EXPECT_EQ(code(post(client, endless.url())), "200");
}

TEST_F(HttpClientTest, SaysWhatWentWrong) {
    const auto answer_to = [&](const std::string& response) {
        RawServer server(answering(response));
        return code(post(client, server.url()));
    };
    EXPECT_EQ(answer_to("SMTP ready\r\n"), "http.response.malformed");
    EXPECT_EQ(answer_to(""), "http.response.incomplete");
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nContent-"), "http.response.incomplete");
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')), "http.response.malformed");
    std::uint16_t closed_port = 0;
    { closed_port = RawServer(answering("")).port(); }
    EXPECT_EQ(code(post(client, "http://127.0.0.1:" + std::to_string(closed_port) + "/")), "http.connect.failed");
    EXPECT_EQ(code(post(client, "http://127.0.0.1/nowhere")), "http.url.malformed");
}

TEST_F(HttpClientTest, EndsARequestAtItsDeadline) {
    RawServer silent([](int socket) { wait_for_end(socket); });
    EXPECT_EQ(code(post(client, silent.url(), Duration{30})), "http.timeout");
    RawServer half([](int socket) {
        read_request(socket);
        write_text(socket, "HTTP/1.1 200");
        wait_for_end(socket);
    });
    EXPECT_EQ(code(post(client, half.url(), Duration{30})), "http.timeout");
    // The head is there: that is the answer, however long the body takes.
    RawServer head_only([](int socket) {
        read_request(socket);
        write_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        wait_for_end(socket);
    });
    EXPECT_EQ(code(post(client, head_only.url(), Duration{1'500})), "200");
}

TEST_F(HttpClientTest, ServesOthersWhileOneIsSilent) {
    RawServer silent([](int socket) { wait_for_end(socket); });
    RawServer server(answering(kOk));
    std::vector<std::future<Result<int>>> stuck;
    for (int i = 0; i < 20; ++i) stuck.push_back(start(client, silent.url()));
    EXPECT_EQ(code(post(client, server.url())), "200");
    client.stop();
    for (auto& each : stuck) EXPECT_EQ(code(each.get()), "http.stopped");
}

TEST(HttpClientBounds, KeepToTheirNumbers) {
    HttpClient client({.policy = loopback(), .max_in_flight = 3, .max_queued = 5});
    std::promise<void> open;
    std::shared_future<void> opened = open.get_future().share();
    RawServer server([opened](int socket) {
        read_request(socket);
        opened.wait();
        write_text(socket, kOk);
    });
    std::vector<std::future<Result<int>>> taken;
    for (int i = 0; i < 8; ++i) taken.push_back(start(client, server.url()));
    EXPECT_EQ(code(post(client, server.url())), "http.queue.full");
    // Once answers flow, the server may see a newcomer before it sees that another has left.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (server.at_once() < 3 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    EXPECT_EQ(server.at_once(), 3);
    open.set_value();
    for (auto& each : taken) EXPECT_EQ(code(each.get()), "200");
    EXPECT_EQ(code(post(client, server.url())), "200");
}

TEST(HttpClientPolicy, RefusesWhatLiesInside) {
    HttpClient client({});
    RawServer server(answering(kOk));
    const auto refused = post(client, server.url());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "http.address.refused");
    EXPECT_EQ(refused.error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(refused.error().value, "127.0.0.1");
    const auto port = std::to_string(server.port());
    EXPECT_EQ(code(post(client, "http://[::1]:" + port + "/")), "http.address.refused");
    EXPECT_EQ(code(post(client, "http://[::ffff:127.0.0.1]:" + port + "/")), "http.address.refused");
    EXPECT_EQ(code(post(client, "http://localhost:" + port + "/")), "http.address.refused");
    EXPECT_EQ(code(post(client, "http://0.0.0.0:" + port + "/")), "http.address.refused");
    EXPECT_EQ(server.connections(), 0);
}

/// A name service in the test's hand.
struct Names {
    Addresses operator()(const std::string& host) {
        const std::lock_guard lock(mutex);
        ++lookups;
        if (answers.empty()) return Error{ErrorKind::Unavailable, "http.resolve.failed", "no " + host};
        auto answer = answers.front();
        if (answers.size() > 1) answers.erase(answers.begin());
        return answer;
    }
    std::mutex mutex;
    int lookups = 0;
    std::vector<std::vector<IpAddress>> answers;
};

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(HttpClientPolicy, JudgesTheAddressOfEachAttempt) {
    Names names;
    names.answers = {{ip("127.0.0.1")}, {ip("169.254.169.254")}, {ip("10.0.0.1"), ip("127.0.0.1")}};
    HttpClient client({.policy = loopback(), .lookup = [&](const std::string& host) { return names(host); }});
    RawServer server(answering(kOk));
    const auto url = "http://rebinding.example:" + std::to_string(server.port()) + "/";
    EXPECT_EQ(code(post(client, url)), "200");
    EXPECT_EQ(code(post(client, url)), "http.address.refused");
    EXPECT_EQ(code(post(client, url)), "200") << "the allowed one of both";
    EXPECT_EQ(names.lookups, 3);
}

TEST(HttpClientNames, TryTheNextAddressWhenOneDoesNotAnswer) {
    Names names;
    names.answers = {{ip("127.0.0.2"), ip("127.0.0.1")}};
    HttpClient client({.policy = loopback(), .lookup = [&](const std::string& host) { return names(host); }});
    RawServer server(answering(kOk));
    EXPECT_EQ(code(post(client, "http://two.example:" + std::to_string(server.port()) + "/")), "200");
}

TEST(HttpClientNames, SayWhenThereIsNoAddress) {
    Names names;
    HttpClient client({.policy = loopback(), .lookup = [&](const std::string& host) { return names(host); }});
    EXPECT_EQ(code(post(client, "http://none.example:80/")), "http.resolve.failed");
}

TEST(HttpClientNames, ThatHangHoldUpThemselvesOnly) {
    std::promise<void> open;
    std::shared_future<void> opened = open.get_future().share();
    const auto lookup = [opened](const std::string& host) -> Addresses {
        if (host == "hangs.example") opened.wait();
        return std::vector{ip("127.0.0.1")};
    };
    HttpClient client({.policy = loopback(), .lookup = lookup});
    RawServer server(answering(kOk));
    const auto port = std::to_string(server.port());
    std::vector<std::future<Result<int>>> stuck;
    for (int i = 0; i < 10; ++i) stuck.push_back(start(client, "http://hangs.example:" + port + "/"));
    EXPECT_EQ(code(post(client, "http://well.example:" + port + "/")), "200");
    EXPECT_EQ(code(post(client, "http://hangs.example:" + port + "/", Duration{20})), "http.timeout");
    client.stop();  // does not wait for the name service
    for (auto& each : stuck) EXPECT_EQ(code(each.get()), "http.stopped");
    open.set_value();
}

TEST(HttpClientStop, TellsEveryoneAndDropsWhatComesLater) {
    auto client = std::make_unique<HttpClient>(HttpClient::Options{.policy = loopback(), .max_in_flight = 2});
    RawServer silent([](int socket) { wait_for_end(socket); });
    std::vector<std::future<Result<int>>> pending;
    for (int i = 0; i < 6; ++i) pending.push_back(start(*client, silent.url()));
    client->stop();
    for (auto& each : pending) EXPECT_EQ(code(each.get()), "http.stopped");
    auto late = start(*client, silent.url());
    client.reset();
    EXPECT_THROW(late.get(), std::future_error);
}

TEST(HttpClientThreads, TakeRequestsFromAnywhere) {
    HttpClient client({.policy = loopback()});
    RawServer server(answering(kOk));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i) EXPECT_EQ(code(post(client, server.url())), "200");
        });
    }
    threads.clear();
    EXPECT_EQ(server.connections(), 100);
}

}  // namespace
}  // namespace cellwise::http
