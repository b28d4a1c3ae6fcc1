// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message_layer.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/ports/clock.hpp"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace cellwise::lwm2m::coap {

struct UdpTransportOptions {
    std::string address = "::";  ///< as UdpSocket::open: "::" is every address, IPv4 too
    std::uint16_t port = 5683;   ///< 0: the system chooses
    MessageLayerLimits limits{};
};

struct UdpTransportCounters {
    MessageLayerCounters messages{};
    std::uint64_t datagrams_in = 0;
    std::uint64_t datagrams_out = 0;
    std::uint64_t too_large = 0;  ///< received, longer than any CoAP of ours, dropped
    std::uint64_t unsent = 0;     ///< the system would not take them, or too many waited for it
};

/// CoAP over plain UDP: a socket and a timer around the message layer. Everything runs on the loop's thread.
class UdpTransport final : public Transport {
 public:
    /// Binds at once, but reads nothing before set_user(). `steady` must never jump: it times retransmissions, and a
    /// wall clock that is set would send them all at once or not at all. It need not know the time of day.
    /// `loop`, `random` and `steady` must outlive the transport.
    static Result<std::unique_ptr<UdpTransport>> open(boost::asio::io_context& loop,
                                                      const UdpTransportOptions& options, ports::Random& random,
                                                      const ports::Clock& steady);
    ~UdpTransport() override;  ///< not from within a TransportUser's call; requests under way end without a word

    void set_user(TransportUser& user) override;
    /// Called on the loop after the answers to each batch of datagrams have been sent: the time to write down what
    /// the batch has changed.
    void set_after_batch(std::function<void()> hook);

    RequestHandle request(const PeerAddress& to, const Message& request, const TransmissionParameters& parameters,
                          RequestDone done) override;
    void hasten(RequestHandle handle) override;
    void cancel(RequestHandle handle) override;

    std::uint16_t local_port() const;
    UdpTransportCounters counters() const;

 private:
    class Impl;
    explicit UdpTransport(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace cellwise::lwm2m::coap
