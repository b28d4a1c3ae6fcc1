// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/udp_transport.hpp"
#include "tests/adapters/lwm2m/coap/conversation.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

namespace cellwise::lwm2m::coap {

/// A device as a bare socket on the loop: keeps what it receives, sends what the test says.
class RawPeer {
 public:
    explicit RawPeer(boost::asio::io_context& loop)
        : socket_(loop, {boost::asio::ip::make_address_v4("127.0.0.1"), 0}) {
        listen();
    }
    std::uint16_t port() const { return socket_.local_endpoint().port(); }
    const boost::asio::ip::udp::endpoint& last_sender() const { return last_sender_; }
    void send(const Message& message, std::uint16_t to, const char* address = "127.0.0.1") {
        socket_.send_to(boost::asio::buffer(encode(message)), {boost::asio::ip::make_address_v4(address), to});
    }

    std::deque<Bytes> received{};

 private:
    void listen() {
        socket_.async_receive_from(
            boost::asio::buffer(buffer_), sender_, [this](const boost::system::error_code& error, std::size_t size) {
                if (error) return;
                received.emplace_back(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
                last_sender_ = sender_;
                listen();
            });
    }

    boost::asio::ip::udp::socket socket_;
    boost::asio::ip::udp::endpoint sender_{}, last_sender_{};
    std::array<std::uint8_t, 2'048> buffer_{};
};

/// A UdpTransport on the loopback, on a loop that stops loudly when the test waits too long.
class Loopback : public testing::Test, public TransportUser {
 protected:
    class SteadyClock final : public ports::Clock {
     public:
        Timestamp now() const override {
            return Timestamp{
                std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
        }
    };
    struct Ended {
        RequestEnd end;
        PeerAddress from;
        std::optional<Message> response;
    };

    void SetUp() override {
        auto opened = UdpTransport::open(loop, {.address = "::", .port = 0}, random, clock);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        transport = std::move(*opened);
        transport->set_user(*this);
    }

    Message on_request(const PeerAddress& from, const Message& request) override {
        requests.push_back(request);
        return answer ? answer(from, request) : Message{.code = code::kChanged};
    }
    bool on_notification(const PeerAddress&, const Message& notification) override {
        notifications.push_back(notification);
        return notification.token == observed;
    }

    bool run_until(const std::function<bool()>& done, std::chrono::seconds limit = std::chrono::seconds(5)) {
        bool late = false;
        boost::asio::steady_timer timer(loop, limit);
        timer.async_wait([&late](const boost::system::error_code& error) { late = !error; });
        while (!done() && !late) loop.run_one();
        timer.cancel();
        loop.restart();
        while (loop.poll_one() > 0) {  // the cancelled timer must not outlive `late`
        }
        EXPECT_FALSE(late && !done()) << "waited in vain for " << limit.count() << " s";
        return done();
    }
    Bytes wait_bytes(RawPeer& device) {
        if (!run_until([&device] { return !device.received.empty(); })) return {};
        Bytes datagram = std::move(device.received.front());
        device.received.pop_front();
        return datagram;
    }
    RequestHandle request_to(const PeerAddress& to, Message request, const TransmissionParameters& parameters = {}) {
        return transport->request(to, std::move(request), parameters,
                                  [this](RequestEnd end, const PeerAddress& from, const Message* response) {
                                      ended.push_back({end, from, {}});
                                      if (response != nullptr) ended.back().response = *response;
                                  });
    }

    static bool is_installed(const std::string& program) {
        const char* path = std::getenv("PATH");
        std::istringstream folders(path == nullptr ? "" : path);
        for (std::string folder; std::getline(folders, folder, ':');) {
            if (std::filesystem::exists(std::filesystem::path(folder) / program)) return true;
        }
        return false;
    }
    /// What the command writes, while the loop serves it.
    std::string run(const std::string& command) {
        std::string output;
        bool finished = false;
        std::thread reader([this, command, &output, &finished] {
            std::string text;
            if (FILE* pipe = ::popen(command.c_str(), "r")) {
                std::array<char, 4'096> part{};
                while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
                    text.append(part.data(), size);
                ::pclose(pipe);
            }
            boost::asio::post(loop, [&output, &finished, text = std::move(text)] {
                output = text;
                finished = true;
            });
        });
        run_until([&finished] { return finished; }, std::chrono::seconds(10));
        reader.join();
        return output;
    }

    boost::asio::io_context loop{1};
    fakes::SeededRandom random{};
    SteadyClock clock{};
    std::unique_ptr<UdpTransport> transport{};
    std::vector<Message> requests{};
    std::vector<Message> notifications{};
    std::vector<Ended> ended{};
    Token observed{};
    std::function<Message(const PeerAddress&, const Message&)> answer{};
};

}  // namespace cellwise::lwm2m::coap
