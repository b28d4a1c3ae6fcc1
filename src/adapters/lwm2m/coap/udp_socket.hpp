// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/route.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <span>

namespace cellwise::lwm2m::coap {

enum class AddressFamily { Ipv4, Ipv6 /**< IPv4 too, as mapped addresses */ };

/// A nonblocking UDP socket, bound.
class UdpSocket {
 public:
    /// `address`: a numeric address of this host; "0.0.0.0" for every IPv4 address; "::" or empty for every address,
    /// which is IPv4 alone where the system has no IPv6. `port` 0: the system chooses.
    static Result<UdpSocket> open(const std::string& address, std::uint16_t port);

    UdpSocket(UdpSocket&& other) noexcept;
    UdpSocket& operator=(UdpSocket&& other) noexcept;
    ~UdpSocket();

    int descriptor() const { return descriptor_; }
    int release();  ///< the descriptor is the caller's then
    AddressFamily family() const { return family_; }
    std::uint16_t port() const { return port_; }
    bool is_wildcard() const { return wildcard_; }

 private:
    UdpSocket() = default;

    int descriptor_ = -1;
    AddressFamily family_ = AddressFamily::Ipv4;
    std::uint16_t port_ = 0;
    bool wildcard_ = false;
};

/// Receives datagrams by the batch, one call to the system for up to 64.
class DatagramReceiver {
 public:
    static constexpr std::size_t kBatch = 64;
    static constexpr std::size_t kMaxSize = 4'096;  ///< a larger one is no CoAP of ours: blocks have 1 KiB

    DatagramReceiver();
    ~DatagramReceiver();
    /// What is there now; good until the next call. `taken` counts all datagrams taken from the socket, too large
    /// ones included: fewer than kBatch means that no more were waiting.
    std::span<const ReceivedDatagram> receive(int descriptor, std::size_t& taken);

 private:
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
    std::vector<ReceivedDatagram> received_{};
};

/// Sends datagrams by the batch. What the system does not take now waits, up to a bound; past that it is lost, as any
/// datagram may be.
class DatagramSender {
 public:
    static constexpr std::size_t kBatch = 64;
    static constexpr std::size_t kMostWaiting = 4'096;
    /// As sendmmsg(2): how many of the messages went, or -1 and errno.
    using SendCall = std::function<int(mmsghdr* messages, unsigned count)>;

    DatagramSender(AddressFamily family, SendCall send);
    ~DatagramSender();
    /// Copies the datagram. Sends by itself when a batch is full, unless the system had enough before.
    void add(const Route& to, ByteView datagram);
    /// True if nothing waits any more; else call again when the socket is writable.
    bool flush();

    std::uint64_t sent() const { return sent_; }
    std::uint64_t lost() const { return lost_; }
    std::size_t waiting() const { return waiting_.size(); }

 private:
    struct Waiting {
        Route to;
        std::size_t begin, length;  ///< in bytes_
    };
    struct Headers;

    std::size_t send_batch(std::size_t first, std::size_t count);
    void drop_first(std::size_t count);

    AddressFamily family_;
    SendCall send_;
    std::unique_ptr<Headers> headers_;
    std::vector<Waiting> waiting_{};
    Bytes bytes_{};
    bool blocked_ = false;
    std::uint64_t sent_ = 0, lost_ = 0;
};

}  // namespace cellwise::lwm2m::coap
