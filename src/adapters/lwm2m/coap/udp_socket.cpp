// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/udp_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace cellwise::lwm2m::coap {
namespace {

constexpr int kReceiveBuffer = 4 << 20;  ///< a second's worth of a storm, while the loop is busy

Error failure(std::string code, const std::string& address, std::uint16_t port, int number) {
    return Error{.kind = ErrorKind::Unavailable,
                 .code = std::move(code),
                 .message = "the CoAP socket cannot be opened: " + std::generic_category().message(number),
                 .field = "listen",
                 .value = address + ":" + std::to_string(port)};
}

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
    bool wildcard = false;

    AddressFamily family() const { return storage.ss_family == AF_INET6 ? AddressFamily::Ipv6 : AddressFamily::Ipv4; }
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

template <class Address>
Endpoint endpoint_of(const Address& address, bool wildcard) {
    Endpoint endpoint{.size = sizeof address, .wildcard = wildcard};
    std::memcpy(&endpoint.storage, &address, sizeof address);
    return endpoint;
}

std::optional<Endpoint> parse_endpoint(const std::string& address, std::uint16_t port) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
        return endpoint_of(v4, v4.sin_addr.s_addr == htonl(INADDR_ANY));
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    if (address.empty() || inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
        return endpoint_of(v6, IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr));
    }
    return std::nullopt;
}

bool enable(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

/// 0, or what errno says.
int bind_to(int descriptor, const Endpoint& endpoint) {
    const bool v6 = endpoint.family() == AddressFamily::Ipv6;
    enable(descriptor, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);  // as far as net.core.rmem_max allows
    // Our datagrams fit any path that CoAP assumes (RFC 7252, 4.6: 1280 bytes), and leave with "don't fragment" as
    // they do by default; but nobody's ICMP makes the system split them, and it draws no identification for each,
    // which with 100,000 peers costs more than anything else that it does to send one.
    enable(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    if (v6 && !enable(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0)) return errno;
    // Where a datagram came to is where its answer must leave from; a host may have many addresses.
    const bool informed = !endpoint.wildcard || (v6 ? enable(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                                                    : enable(descriptor, IPPROTO_IP, IP_PKTINFO, 1));
    if (!informed || bind(descriptor, endpoint.raw(), endpoint.size) != 0) return errno;
    return 0;
}

std::uint16_t port_of(int descriptor) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size);
    return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

constexpr std::size_t kMappedPrefix = 12;  ///< ::ffff:a.b.c.d
constexpr std::array<std::uint8_t, kMappedPrefix> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::array<std::uint8_t, 16> mapped(const in_addr& address) {
    std::array<std::uint8_t, 16> out{};
    std::copy(kMapped.begin(), kMapped.end(), out.begin());
    std::memcpy(out.data() + kMappedPrefix, &address, sizeof address);
    return out;
}
bool is_mapped(const std::array<std::uint8_t, 16>& ip) {
    return std::equal(kMapped.begin(), kMapped.end(), ip.begin());
}
in_addr unmapped(const std::array<std::uint8_t, 16>& ip) {
    in_addr address{};
    std::memcpy(&address, ip.data() + kMappedPrefix, sizeof address);
    return address;
}

PeerAddress peer_of(const sockaddr_storage& storage) {
    PeerAddress peer;
    if (storage.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
        std::memcpy(peer.ip.data(), &v6.sin6_addr, peer.ip.size());
        peer.port = ntohs(v6.sin6_port);
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
        peer.ip = mapped(v4.sin_addr);
        peer.port = ntohs(v4.sin_port);
    }
    return peer;
}

/// Room for the packet information of either family.
struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
};

LocalAddress local_of(msghdr& header) {
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
        if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(each), sizeof info);
            return mapped(info.ipi_spec_dst);
        }
        if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(each), sizeof info);
            if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) return {};  // nothing may leave from such
            LocalAddress local;
            std::memcpy(local.data(), &info.ipi6_addr, local.size());
            return local;
        }
    }
    return {};
}

template <class Info>
void set_control(int level, int type, const Info& info, msghdr& header, Control& control) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr* first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = level;
    first->cmsg_type = type;
    first->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(first), &info, sizeof info);
}

void set_source(AddressFamily family, const LocalAddress& local, msghdr& header, Control& control) {
    header.msg_control = nullptr;
    header.msg_controllen = 0;
    if (local == LocalAddress{}) return;
    control = {};
    if (family == AddressFamily::Ipv6) {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, local.data(), local.size());
        set_control(IPPROTO_IPV6, IPV6_PKTINFO, info, header, control);
    } else {
        in_pktinfo info{};
        info.ipi_spec_dst = unmapped(local);
        set_control(IPPROTO_IP, IP_PKTINFO, info, header, control);
    }
}

void set_target(AddressFamily family, const PeerAddress& peer, msghdr& header, sockaddr_storage& storage) {
    storage = {};
    if (family == AddressFamily::Ipv6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(peer.port);
        std::memcpy(&v6.sin6_addr, peer.ip.data(), peer.ip.size());
        header.msg_namelen = sizeof v6;
    } else {
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(peer.port);
        v4.sin_addr = unmapped(peer.ip);
        header.msg_namelen = sizeof v4;
    }
    header.msg_name = &storage;
}

}  // namespace

Result<UdpSocket> UdpSocket::open(const std::string& address, std::uint16_t port) {
    std::optional<Endpoint> endpoint = parse_endpoint(address, port);
    if (!endpoint) {
        return invalid("coap.listen.invalid", "listen", "must be a numeric IPv4 or IPv6 address", printable(address));
    }
    constexpr int kType = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    UdpSocket made;
    made.descriptor_ = ::socket(endpoint->storage.ss_family, kType, 0);
    int failed = made.descriptor_ < 0 ? errno : bind_to(made.descriptor_, *endpoint);
    const bool no_ipv6 = failed == EAFNOSUPPORT || failed == EADDRNOTAVAIL;
    if (no_ipv6 && endpoint->wildcard && endpoint->family() == AddressFamily::Ipv6) {
        if (made.descriptor_ >= 0) ::close(made.descriptor_);
        endpoint = parse_endpoint("0.0.0.0", port);
        made.descriptor_ = ::socket(AF_INET, kType, 0);
        failed = made.descriptor_ < 0 ? errno : bind_to(made.descriptor_, *endpoint);
    }
    if (failed != 0) return failure("coap.listen.failed", printable(address), port, failed);
    made.family_ = endpoint->family();
    made.wildcard_ = endpoint->wildcard;
    made.port_ = port_of(made.descriptor_);
    return made;
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept { *this = std::move(other); }
UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    family_ = other.family_;
    port_ = other.port_;
    wildcard_ = other.wildcard_;
    return *this;
}
UdpSocket::~UdpSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}
int UdpSocket::release() { return std::exchange(descriptor_, -1); }

struct DatagramReceiver::Buffers {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> pieces{};
    std::array<sockaddr_storage, kBatch> names{};
    std::array<Control, kBatch> controls{};
    /// A little more than its size to each: at multiples of 4,096 all beginnings would contend for the same few
    /// places of the processor's cache.
    std::array<std::array<std::uint8_t, kMaxSize + 192>, kBatch> datagrams{};
};

DatagramReceiver::DatagramReceiver() : buffers_(std::make_unique<Buffers>()) { received_.reserve(kBatch); }
DatagramReceiver::~DatagramReceiver() = default;

std::span<const ReceivedDatagram> DatagramReceiver::receive(int descriptor, std::size_t& taken) {
    Buffers& b = *buffers_;
    for (std::size_t i = 0; i < kBatch; ++i) {
        b.pieces[i] = {.iov_base = b.datagrams[i].data(), .iov_len = kMaxSize};
        b.headers[i].msg_hdr = {.msg_name = &b.names[i],
                                .msg_namelen = sizeof b.names[i],
                                .msg_iov = &b.pieces[i],
                                .msg_iovlen = 1,
                                .msg_control = b.controls[i].bytes.data(),
                                .msg_controllen = b.controls[i].bytes.size(),
                                .msg_flags = 0};
    }
    received_.clear();
    const int count = ::recvmmsg(descriptor, b.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    taken = count < 0 ? 0 : static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < taken; ++i) {
        msghdr& header = b.headers[i].msg_hdr;
        if ((header.msg_flags & MSG_TRUNC) != 0) continue;
        received_.push_back({.from = {.peer = peer_of(b.names[i]), .local = local_of(header)},
                             .datagram = ByteView(b.datagrams[i]).first(b.headers[i].msg_len)});
    }
    return received_;
}

struct DatagramSender::Headers {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> pieces{};
    std::array<sockaddr_storage, kBatch> names{};
    std::array<Control, kBatch> controls{};
};

DatagramSender::DatagramSender(AddressFamily family, SendCall send)
    : family_(family), send_(std::move(send)), headers_(std::make_unique<Headers>()) {}
DatagramSender::~DatagramSender() = default;

void DatagramSender::add(const Route& to, ByteView datagram) {
    const bool unreachable = family_ == AddressFamily::Ipv4 && !is_mapped(to.peer.ip);
    if (unreachable || waiting_.size() == kMostWaiting) {
        ++lost_;
        return;
    }
    waiting_.push_back({.to = to, .begin = bytes_.size(), .length = datagram.size()});
    bytes_.insert(bytes_.end(), datagram.begin(), datagram.end());
    if (!blocked_ && waiting_.size() >= kBatch) flush();
}

bool DatagramSender::flush() {
    std::size_t gone = 0;
    blocked_ = false;
    while (gone < waiting_.size() && !blocked_) {
        gone += send_batch(gone, std::min(kBatch, waiting_.size() - gone));
    }
    drop_first(gone);
    return waiting_.empty();
}

/// How many are done with, sent or not. None: the system takes no more now.
std::size_t DatagramSender::send_batch(std::size_t first, std::size_t count) {
    Headers& h = *headers_;
    for (std::size_t i = 0; i < count; ++i) {
        const Waiting& each = waiting_[first + i];
        msghdr& header = h.headers[i].msg_hdr;
        h.pieces[i] = {.iov_base = bytes_.data() + each.begin, .iov_len = each.length};
        header.msg_iov = &h.pieces[i];
        header.msg_iovlen = 1;
        set_target(family_, each.to.peer, header, h.names[i]);
        set_source(family_, each.to.local, header, h.controls[i]);
    }
    const int sent = send_(h.headers.data(), static_cast<unsigned>(count));
    if (sent > 0) {
        sent_ += static_cast<std::uint64_t>(sent);
        return static_cast<std::size_t>(sent);
    }
    if (errno == EINTR) return 0;
    if (errno == EAGAIN) {
        blocked_ = true;
        return 0;
    }
    ++lost_;  // no route, forbidden by a filter, too large: of this one datagram
    return 1;
}

void DatagramSender::drop_first(std::size_t count) {
    if (count == waiting_.size()) {
        waiting_.clear();
        bytes_.clear();
        return;
    }
    const std::size_t begin = waiting_[count].begin;
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    for (Waiting& each : waiting_) each.begin -= begin;
}

}  // namespace cellwise::lwm2m::coap
