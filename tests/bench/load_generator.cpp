// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load_generator.hpp"

#include "cellwise/base/assert.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <random>

namespace cellwise::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kBatch = 64;
constexpr std::size_t kLongest = 1'024;
/// Between two questions whether something came: each takes the socket's queue away from the server's core.
constexpr std::chrono::microseconds kPause{5};
constexpr std::chrono::milliseconds kSilence{200};  ///< then a datagram is taken for lost

struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in_pktinfo))> bytes;
};

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

}  // namespace

/// The system's side: batches in and out, by one socket, with the device in the local address.
struct LoadGenerator::Wire {
    int socket;
    sockaddr_in server{};
    std::array<mmsghdr, kBatch> in{}, out{};
    std::array<iovec, kBatch> in_pieces{}, out_pieces{};
    std::array<Control, kBatch> in_controls{}, out_controls{};
    std::array<std::array<std::uint8_t, kLongest>, kBatch> in_bytes{};
    std::array<std::array<std::uint8_t, 64>, kBatch> out_bytes{};
    std::size_t waiting = 0;
    std::uint64_t sent = 0;

    Wire(int descriptor, std::uint16_t server_port) : socket(descriptor) {
        constexpr int kOn = 1;
        CELLWISE_ASSERT(::setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &kOn, sizeof kOn) == 0);
        server.sin_family = AF_INET;
        server.sin_port = htons(server_port);
        server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (std::size_t i = 0; i < kBatch; ++i) prepare(i);
    }

    void prepare(std::size_t i) {
        in_pieces[i] = {.iov_base = in_bytes[i].data(), .iov_len = kLongest};
        out_pieces[i] = {.iov_base = out_bytes[i].data(), .iov_len = 0};
        in[i].msg_hdr.msg_iov = &in_pieces[i];
        in[i].msg_hdr.msg_iovlen = 1;
        in[i].msg_hdr.msg_control = in_controls[i].bytes.data();
        auto& header = out[i].msg_hdr;
        header = {.msg_name = &server,
                  .msg_namelen = sizeof server,
                  .msg_iov = &out_pieces[i],
                  .msg_iovlen = 1,
                  .msg_control = out_controls[i].bytes.data(),
                  .msg_controllen = sizeof(Control),
                  .msg_flags = 0};
        cmsghdr* const control = CMSG_FIRSTHDR(&header);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    }

    void put(std::uint32_t device, ByteView datagram) {
        in_pktinfo info{};
        info.ipi_spec_dst.s_addr = htonl(address_of(device));
        std::memcpy(CMSG_DATA(CMSG_FIRSTHDR(&out[waiting].msg_hdr)), &info, sizeof info);
        std::copy(datagram.begin(), datagram.end(), out_bytes[waiting].begin());
        out_pieces[waiting].iov_len = datagram.size();
        if (++waiting == kBatch) flush();
    }

    void flush() {
        for (std::size_t gone = 0; gone < waiting;) {
            const int count = ::sendmmsg(socket, &out[gone], static_cast<unsigned>(waiting - gone), 0);
            CELLWISE_ASSERT(count > 0);
            gone += static_cast<std::size_t>(count);
        }
        sent += waiting;
        waiting = 0;
    }

    /// Asks until something is there and never sleeps: to be woken would take longer than the server takes to answer,
    /// and both would wait for each other in turns.
    std::size_t receive() {
        for (auto& message : in) message.msg_hdr.msg_controllen = sizeof(Control);
        const auto start = Steady::now();
        for (auto now = start; now - start < kSilence;) {
            const int count = ::recvmmsg(socket, in.data(), kBatch, MSG_DONTWAIT, nullptr);
            if (count > 0) return static_cast<std::size_t>(count);
            for (const auto asked = now; now - asked < kPause;) now = Steady::now();
        }
        return 0;
    }
    std::uint32_t receiver_of(std::size_t i) {
        in_pktinfo info{};
        const auto* const control = reinterpret_cast<const cmsghdr*>(in_controls[i].bytes.data());
        CELLWISE_ASSERT(in[i].msg_hdr.msg_controllen >= sizeof(cmsghdr) && control->cmsg_type == IP_PKTINFO);
        std::memcpy(&info, CMSG_DATA(control), sizeof info);
        return device_at(ntohl(info.ipi_addr.s_addr));
    }
    ByteView datagram(std::size_t i) const { return ByteView(in_bytes[i]).first(in[i].msg_len); }
};

LoadGenerator::LoadGenerator(const BenchSocket& socket, Server& server, Manner manner, std::uint32_t devices,
                             std::uint32_t at_once)
    : server_(server),
      manner_(manner),
      at_once_(std::min(at_once, devices)),
      devices_(devices),
      line_(devices),
      idle_(devices),
      wire_(std::make_unique<Wire>(socket.descriptor(), server.port())) {
    std::iota(line_.begin(), line_.end(), 0U);
    // Neighbours in memory shall not be neighbours in time.
    std::shuffle(line_.begin(), line_.end(), std::mt19937(1));  // NOLINT: the same order every time
}

LoadGenerator::LoadGenerator(LoadGenerator&&) noexcept = default;
LoadGenerator::~LoadGenerator() = default;

void LoadGenerator::start_next() {
    if (is_over_ || idle_ == 0) return;
    const std::uint32_t device = line_[first_];
    first_ = (first_ + 1) % line_.size();
    --idle_;
    ++waiting_;
    devices_[device].waits = true;
    ask(device);
}

void LoadGenerator::ask(std::uint32_t number) {
    Device& device = devices_[number];
    auto datagram = notification(number, ++device.message_id, device.chunk);
    if (manner_ == Manner::Get) {
        // GET /19/1/0, the rest of the datagram is a query that nobody reads: as many bytes as a notification has.
        constexpr std::array<std::uint8_t, 9> kPath{0xB2, '1', '9', 0x01, '1', 0x01, '0', 0x4D, 9};
        datagram[1] = 0x01;
        std::copy(kPath.begin(), kPath.end(), datagram.begin() + 12);
        std::fill(datagram.begin() + 12 + kPath.size(), datagram.end(), std::uint8_t{'q'});
        datagram[12 + 8] = static_cast<std::uint8_t>(datagram.size() - 12 - kPath.size() - 13);
    }
    wire_->put(number, datagram);
}

void LoadGenerator::on_datagram(std::uint32_t number, ByteView datagram) {
    if (datagram.size() < kChunkSize) return;  // the confirmation of a notification
    Device& device = devices_.at(number);
    if (manner_ != Manner::Get) wire_->put(number, chunk_ack(datagram));
    if (!device.waits) return;
    ++stretch_.chunks;
    if (!is_right(device, datagram)) ++stretch_.wrong;
    device.waits = false;
    device.chunk = static_cast<std::uint16_t>((device.chunk + 1) % kChunkCount);
    --waiting_;
    line_[(first_ + idle_++) % line_.size()] = number;
    start_next();
}

bool LoadGenerator::is_right(const Device& device, ByteView datagram) const {
    if (manner_ != Manner::Notify) return true;
    const std::size_t offset = device.chunk * kChunkSize;
    const auto index = static_cast<std::uint16_t>((datagram[kIndexAt] << 8U) | datagram[kIndexAt + 1]);
    return datagram.size() == kChunkWriteSize && index == device.chunk && datagram[kDataAt] == package_byte(offset) &&
           datagram.back() == package_byte(offset + kChunkSize - 1);
}

void LoadGenerator::ask_again() {
    for (std::uint32_t number = 0; number < devices_.size(); ++number) {
        if (!devices_[number].waits) continue;
        ++stretch_.repeated;
        ask(number);
    }
}

void LoadGenerator::exchange() {
    wire_->flush();
    const std::size_t count = wire_->receive();
    if (count == 0) ask_again();
    for (std::size_t i = 0; i < count; ++i) on_datagram(wire_->receiver_of(i), wire_->datagram(i));
    stretch_.datagrams += count;
}

Stretch LoadGenerator::run(std::chrono::milliseconds time) {
    stretch_ = {};
    is_over_ = false;
    const auto sent_before = wire_->sent;
    const double busy_before = cpu_seconds_of(server_.thread());
    const auto start = Steady::now();
    while (waiting_ < at_once_) start_next();
    while (Steady::now() - start < time) exchange();
    stretch_.seconds = seconds_since(start);
    stretch_.datagrams += wire_->sent - sent_before;
    stretch_.server_busy = (cpu_seconds_of(server_.thread()) - busy_before) / stretch_.seconds;
    const Stretch measured = stretch_;
    is_over_ = true;
    while (waiting_ > 0) exchange();
    wire_->flush();
    return measured;
}

std::uint32_t LoadGenerator::greet_all(std::chrono::milliseconds limit) {
    const auto start = Steady::now();
    stretch_ = {};
    is_over_ = false;
    while (waiting_ < at_once_) start_next();
    while (stretch_.chunks < devices_.size() && Steady::now() - start < limit) exchange();
    const auto greeted = static_cast<std::uint32_t>(std::min<std::uint64_t>(stretch_.chunks, devices_.size()));
    is_over_ = true;
    while (waiting_ > 0) exchange();
    wire_->flush();
    return greeted;
}

}  // namespace cellwise::bench
