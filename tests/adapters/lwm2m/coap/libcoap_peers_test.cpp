// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/lwm2m/coap/loopback.hpp"

#include <sys/wait.h>

#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace cellwise::lwm2m::coap {
namespace {

using testing::HasSubstr;

/// libcoap's own client, as it is installed, against our transport.
class CoapWithLibcoapClient : public Loopback {
 protected:
    void SetUp() override {
        Loopback::SetUp();
        if (!is_installed("coap-client-notls")) GTEST_SKIP() << "coap-client-notls is not installed";
        answer = [this](const PeerAddress&, const Message& request) { return store(request); };
    }
    std::string client(const std::string& arguments, const std::string& path) {
        return run("coap-client-notls -B 5 " + arguments +
                   " coap://127.0.0.1:" + std::to_string(transport->local_port()) + "/" + path);
    }

    std::string stored{};

 private:
    Message store(const Message& request) {
        if (request.code == code::kGet) {
            Message response{.code = code::kContent, .payload = bytes(stored)};
            if (request.number_of(option::kObserve) == 0U) response.add_uint(option::kObserve, 1);
            return response;
        }
        if (request.code == code::kPost) stored += as_text(request.payload);
        if (request.code == code::kPut) stored = as_text(request.payload);
        return {.code = code::kChanged};
    }
};

TEST_F(CoapWithLibcoapClient, GetsPutsAndPosts) {
    client("-m put -e first", "x");
    client("-m post -e %20second", "x");
    EXPECT_EQ(stored, "first second");
    EXPECT_THAT(client("-m get", "x"), HasSubstr("first second"));
    EXPECT_THAT(requests.back().texts(option::kUriPath), testing::ElementsAre("x"));
}

TEST_F(CoapWithLibcoapClient, GetsAsANonConfirmable) {
    stored = "by NON";
    EXPECT_THAT(client("-N -m get", "x"), HasSubstr("by NON"));
}

TEST_F(CoapWithLibcoapClient, PutsAndGetsLargeBodiesInBlocks) {
    const std::string large(5'000, 'L');
    client("-b 256 -m put -e " + large, "large");
    EXPECT_EQ(stored, large);
    EXPECT_THAT(client("-m get", "large"), HasSubstr(large));
    EXPECT_THAT(client("-b 64 -m get", "large"), HasSubstr(large));
}

TEST_F(CoapWithLibcoapClient, ObservesAndStopsObserving) {
    stored = "observed";
    EXPECT_THAT(client("-s 1 -m get", "x"), HasSubstr("observed"));
    std::vector<std::uint32_t> observes;
    for (const Message& request : requests) observes.push_back(request.number_of(option::kObserve).value_or(99));
    EXPECT_THAT(observes, testing::ElementsAre(0U, 1U));
}

/// libcoap's own server, as it is installed: a device for our requests.
class CoapWithLibcoapServer : public Loopback {
 protected:
    void SetUp() override {
        Loopback::SetUp();
        if (!is_installed("coap-server-notls")) GTEST_SKIP() << "coap-server-notls is not installed";
        {
            boost::asio::ip::udp::socket free(loop, {boost::asio::ip::make_address_v4("127.0.0.1"), 0});
            server = peer(0x7F000001, free.local_endpoint().port());
        }
        std::string port = std::to_string(server.port);
        std::vector<std::string> words{"coap-server-notls", "-A", "127.0.0.1", "-p", port, "-d", "10", "-v", "0"};
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ASSERT_EQ(posix_spawnp(&process, arguments[0], nullptr, nullptr, arguments.data(), environ), 0);
    }
    void TearDown() override {
        if (process <= 0) return;
        ::kill(process, SIGTERM);
        ::waitpid(process, nullptr, 0);
    }
    /// Patient enough for the server to start.
    Message ask(Message request) {
        ended.clear();
        request_to(server, std::move(request), {.ack_timeout = Duration{100}, .max_retransmit = 5});
        if (!run_until([this] { return !ended.empty(); }) || !ended[0].response) return {};
        return *ended[0].response;
    }
    static Message to(std::string_view path, Code method = code::kGet) {
        Message request{.code = method};
        return request.add(option::kUriPath, path);
    }

    PeerAddress server{};
    pid_t process = -1;
};

TEST_F(CoapWithLibcoapServer, GetsAnAnswer) {
    const Message response = ask(to(".well-known").add(option::kUriPath, "core"));
    EXPECT_EQ(response.code, code::kContent);
    EXPECT_THAT(as_text(response.payload), HasSubstr("/time"));
    EXPECT_EQ(ask(to("nothing")).code, code::kNotFound);
}

TEST_F(CoapWithLibcoapServer, PutsALargeBodyAndGetsItBackInBlocks) {
    Message put = to("example_data", code::kPut);
    put.payload = body_of(5'000);
    ASSERT_TRUE(is_success(ask(put).code));
    const Message response = ask(to("example_data"));
    EXPECT_EQ(response.code, code::kContent);
    EXPECT_EQ(response.payload, body_of(5'000));
}

TEST_F(CoapWithLibcoapServer, GetsASeparateResponse) {
    const Message response = ask(to("async").add(option::kUriQuery, "1"));
    EXPECT_EQ(response.code, code::kContent);
    EXPECT_EQ(response.type, Type::Con);
}

TEST_F(CoapWithLibcoapServer, IsNotifiedOfWhatItObserves) {
    observed = token("a1a2a3a4a5a6a7a8");
    Message observe = to("time");
    observe.token = observed;
    const Message response = ask(observe.add_uint(option::kObserve, 0));
    EXPECT_EQ(response.code, code::kContent);
    EXPECT_NE(response.find(option::kObserve), nullptr);
    ASSERT_TRUE(run_until([this] { return !notifications.empty(); }));
    EXPECT_EQ(notifications[0].token, observed);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
