// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"

#include "cellwise/base/time.hpp"
#include "cellwise/domain/device.hpp"

#include <deque>

/// Bodies larger than a datagram, in blocks (RFC 7959). Pure: messages in, messages out.
namespace cellwise::lwm2m::coap {

inline constexpr std::size_t kMaxBody = 65'536;  ///< of a body put together from blocks
inline constexpr std::uint8_t kLargestExponent =
    6;  ///< blocks of 1024 bytes: what a datagram bears without blocks too
inline constexpr std::size_t kLargestBlock = 1'024;

/// The value of a Block1 or Block2 option (RFC 7959, 2.2).
struct Block {
    std::uint32_t number = 0;  ///< 20 bits
    bool more = false;
    std::uint8_t exponent = kLargestExponent;  ///< 0..6: blocks of 16..1024 bytes

    std::size_t size() const { return std::size_t{16} << exponent; }
    std::size_t offset() const { return number * size(); }
    std::uint32_t value() const { return (number << 4U) | (more ? 8U : 0U) | exponent; }
    friend bool operator==(const Block&, const Block&) = default;
};

enum class BlockState { Absent, Valid, Invalid /**< the reserved size exponent 7 */ };
struct BlockOption {
    BlockState state = BlockState::Absent;
    Block block{};
};
BlockOption block_of(const Message& message, std::uint16_t number);

/// One request of ours whose body or whose answer's body is larger than a block.
class BlockTransfer {
 public:
    /// `request` is whole, as the caller gave it.
    explicit BlockTransfer(Message request) : request_(std::move(request)) {}

    /// True if the request cannot go in one datagram.
    static bool is_needed_for(const Message& request) { return request.payload.size() > kLargestBlock; }
    /// True if the response to a plain request says that there is more, or that the body has to come in blocks.
    static bool is_needed_for(const Message& request, const Message& response);

    /// What to send first, or again from the start.
    Message first() const;

    struct Step {
        std::optional<Message> send{};   ///< the next piece; neither this nor `whole`: the blocks do not fit together
        std::optional<Message> whole{};  ///< the answer, its body complete
    };
    Step on_response(Message response);

 private:
    Message piece() const;
    Message fetch(std::uint32_t number, std::uint8_t exponent) const;
    Step collect(Message response, const Block& block);

    Message request_;
    std::size_t sent_ = 0;                      ///< bytes of the request's body that the peer has
    std::uint8_t exponent_ = kLargestExponent;  ///< of the blocks we send
    std::optional<Message> answer_{};           ///< the first block's message, growing
};

/// Bodies of requests that come to us in blocks. Bounded in number; the oldest is given up first.
class BodyAssembler {
 public:
    explicit BodyAssembler(std::size_t most) : most_(most) {}

    struct Outcome {
        std::optional<Message> answer{};   ///< what to tell the peer at once; or else
        std::optional<Message> request{};  ///< the request with its whole body
    };
    /// `request` bears a Block1 option.
    Outcome add(const domain::PeerAddress& from, Message request, Timestamp now);
    std::size_t size() const { return parts_.size(); }

    static constexpr Duration kPatience{247'000};  ///< EXCHANGE_LIFETIME: then a body that does not grow is forgotten

 private:
    struct Part {
        domain::PeerAddress from;
        Bytes target;  ///< method, path and query: what tells two bodies of one peer apart
        Bytes body;
        Timestamp expires_at;
    };

    std::deque<Part>::iterator find(const domain::PeerAddress& from, const Bytes& target);
    void forget_old(Timestamp now);

    std::size_t most_;
    std::deque<Part> parts_;  ///< in the order of their last block
};

/// The one block of `response` that the request asks for, or its first one if it is too large for a datagram. Only
/// for GET: its answer is made anew for each block.
void cut_response(const Message& request, Message& response);

}  // namespace cellwise::lwm2m::coap
