// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/echo_server.hpp"

#include "tests/bench/chunk_exchange.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

namespace cellwise::bench {
namespace {

constexpr std::size_t kDatagrams = 64;
constexpr std::array<std::uint8_t, kNotificationAckSize> kAnswer{0x60};
constexpr std::array<std::uint8_t, kChunkWriteSize> kWrite{0x48, 0x03};

struct Batch {
    std::array<mmsghdr, kDatagrams> in{};
    std::array<iovec, kDatagrams> in_pieces{};
    std::array<std::array<std::uint8_t, 64>, kDatagrams> in_bytes{};
    std::array<sockaddr_in, kDatagrams> from{};
    std::array<mmsghdr, 2 * kDatagrams> out{};
    iovec answer{const_cast<std::uint8_t*>(kAnswer.data()), kAnswer.size()};
    iovec write{const_cast<std::uint8_t*>(kWrite.data()), kWrite.size()};

    int receive(int socket) {
        for (std::size_t i = 0; i < kDatagrams; ++i) {
            in_pieces[i] = {.iov_base = in_bytes[i].data(), .iov_len = in_bytes[i].size()};
            in[i].msg_hdr = {.msg_name = &from[i],
                             .msg_namelen = sizeof from[i],
                             .msg_iov = &in_pieces[i],
                             .msg_iovlen = 1,
                             .msg_control = nullptr,
                             .msg_controllen = 0,
                             .msg_flags = 0};
        }
        return ::recvmmsg(socket, in.data(), kDatagrams, MSG_WAITFORONE, nullptr);
    }
    void put(std::size_t at, sockaddr_in& to, iovec& piece) {
        out[at].msg_hdr = {.msg_name = &to,
                           .msg_namelen = sizeof to,
                           .msg_iov = &piece,
                           .msg_iovlen = 1,
                           .msg_control = nullptr,
                           .msg_controllen = 0,
                           .msg_flags = 0};
    }
};

}  // namespace

EchoServer::EchoServer(Calls calls)
    : thread_([this, calls] {
          stay_on_core(kServerCore);
          calls == Calls::OneByOne ? serve_one_by_one() : serve_by_the_batch();
      }) {}

EchoServer::~EchoServer() {
    ::shutdown(socket_.descriptor(), SHUT_RDWR);  // ends the wait: an unconnected socket says ENOTCONN and wakes
    thread_.join();
}

void EchoServer::serve_one_by_one() {
    std::array<std::uint8_t, 64> in{};
    sockaddr_in from{};
    auto* const name = reinterpret_cast<sockaddr*>(&from);
    while (true) {
        socklen_t size = sizeof from;
        const auto length = ::recvfrom(socket_.descriptor(), in.data(), in.size(), 0, name, &size);
        if (length <= 0) return;
        if (length != static_cast<ssize_t>(kNotificationSize)) continue;
        ::sendto(socket_.descriptor(), kAnswer.data(), kAnswer.size(), 0, name, size);
        ::sendto(socket_.descriptor(), kWrite.data(), kWrite.size(), 0, name, size);
    }
}

void EchoServer::serve_by_the_batch() {
    Batch batch;
    while (true) {
        const int count = batch.receive(socket_.descriptor());
        if (count <= 0) return;
        std::size_t out = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            if (batch.in[i].msg_len == 0) return;  // shut down
            if (batch.in[i].msg_len != kNotificationSize) continue;
            batch.put(out++, batch.from[i], batch.answer);
            batch.put(out++, batch.from[i], batch.write);
        }
        for (std::size_t sent = 0; sent < out;) {
            const auto now = ::sendmmsg(socket_.descriptor(), &batch.out[sent], static_cast<unsigned>(out - sent), 0);
            if (now <= 0) break;
            sent += static_cast<std::size_t>(now);
        }
    }
}

}  // namespace cellwise::bench
