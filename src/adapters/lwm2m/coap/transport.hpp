// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"
#include "adapters/lwm2m/coap/route.hpp"

#include "cellwise/base/time.hpp"
#include "cellwise/domain/device.hpp"

#include <cstdint>
#include <functional>
#include <span>

namespace cellwise::lwm2m::coap {

/// RFC 7252, 4.8. NB-IoT wants an ACK timeout of about 15 s; per product profile, so per request.
struct TransmissionParameters {
    Duration ack_timeout{2'000};
    double ack_random_factor = 1.5;
    std::uint32_t max_retransmit = 4;
    Duration response_timeout{60'000};  ///< from an empty ACK to the separate response
};

/// How a request of ours ended.
enum class RequestEnd {
    Answered,  ///< with the response in hand (piggybacked or separate)
    Reset,     ///< the peer does not know what we talk about
    TimedOut,  ///< nobody confirmed it, or the separate response never came
    Cancelled
};
/// `response` is null unless Answered. Never runs inside the call that started or cancelled the request.
using RequestDone = std::function<void(RequestEnd end, const PeerAddress& from, const Message* response)>;
using RequestHandle = std::uint64_t;  ///< 0: none

/// What a transport tells the LwM2M logic.
class TransportUser {
 public:
    virtual ~TransportUser() = default;
    /// A hint, and nothing else: messages with these tokens are among those that come next.
    virtual void expect(std::span<const Token>) {}
    /// A new request (duplicates are answered by the transport with the same answer again). Returns the response:
    /// code, options and payload count; type, id and token are the transport's.
    virtual Message on_request(const PeerAddress& from, const Message& request) = 0;
    /// A response that answers no request in flight: a notification. False: nobody knows that token, the peer gets
    /// RST. A duplicate is confirmed again as before and not shown again.
    virtual bool on_notification(const PeerAddress& from, const Message& notification) = 0;
};

/// One way of carrying CoAP: plain UDP by our own message layer, DTLS by libcoap. Loop thread only.
class Transport {
 public:
    virtual ~Transport() = default;
    virtual void set_user(TransportUser& user) = 0;
    /// Sends a confirmable request. Type and id are the transport's; so is the token unless `request` bears one (an
    /// observation's must be known to the caller). One request a peer is in flight (NSTART 1), the others wait in
    /// order, at most `kMaxQueued` of them: past that the request ends as Cancelled.
    virtual RequestHandle request(const PeerAddress& to, const Message& request,
                                  const TransmissionParameters& parameters, RequestDone done) = 0;
    /// Sends a request under way again now (the same message id), for a peer that shows that it lacks it.
    virtual void hasten(RequestHandle handle) = 0;
    /// Forgets a request; its `done` gets Cancelled, soon.
    virtual void cancel(RequestHandle handle) = 0;

    static constexpr std::size_t kMaxQueued = 8;
};

}  // namespace cellwise::lwm2m::coap
