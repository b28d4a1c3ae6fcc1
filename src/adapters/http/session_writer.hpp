// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/connection.hpp"
#include "adapters/http/response_head.hpp"
#include "adapters/http/session_rules.hpp"
#include "adapters/http/socket_options.hpp"
#include "adapters/http/stream_frame.hpp"

#include "cellwise/base/bytes.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// Expensive to compile: only http_session.hpp includes it.
namespace cellwise::http {

/// The half of a session that sends: an answer's head with its body behind it, whatever that is made of. False means
/// that the client did not get all of it.
template <class Stream>
class SessionWriter : public Connection {
 public:
    void abort() override {
        boost::system::error_code ignored;
        socket().close(ignored);
        wake_.cancel();
    }
    void wake() override { wake_.cancel(); }

 protected:
    SessionWriter(const std::shared_ptr<Core>& core, Stream stream, const PeerKey& peer, bool over_tls)
        : Connection(*core, stream.get_executor(), peer, over_tls),
          shared_core_(core),
          stream_(std::move(stream)),
          wake_(strand()) {
        wake_.expires_at(Timer::time_point::max());
    }

    Task<bool> write(std::string_view head, std::string_view body) {
        while (!head.empty() || !body.empty()) {
            arm(limits().write_window);
            const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(body)};
            const auto [error, count] = co_await stream_.async_write_some(pieces, kAwait);
            if (error || timed_out_) co_return false;
            const auto of_head = std::min(count, head.size());
            head.remove_prefix(of_head);
            body.remove_prefix(count - of_head);
        }
        co_return true;
    }

    Task<bool> write_stream(ports::BodyStream& stream, const ResponseFraming& framing) {
        using Next = ports::BodyStream::Next;
        stream.begin(waker());
        StreamFrame frame(framing);
        std::string piece;
        for (;;) {
            piece.clear();
            const auto next = guarded([&]() -> Result<Next> { return stream.next(piece); });
            if (next && *next == Next::Nothing) {
                if (!co_await await_stream()) co_return false;
            } else if (next && *next == Next::Piece) {
                const auto before = frame.take(piece);
                if (!before) co_return false;
                if (!co_await write(*before, piece)) co_return false;
            } else {
                // In statements of their own: g++ 12 runs a co_await behind && whatever stands before it.
                if (!next || *next != Next::End || !frame.is_whole()) co_return false;
                co_return co_await write(frame.end(), {});
            }
        }
    }

    /// From where they lie, a turn at a time, lest others wait for the whole of it. The deadline is that of a window
    /// in which the client has to have kept pace, not of a single write: the kernel holds much, and asks for more
    /// only when a good part of that has gone.
    Task<bool> write_bytes(std::string_view head, ports::BodyBytes& body) {
        const auto all = as_text(body.bytes());
        auto rest = all;
        auto taken = acknowledged();
        arm(limits().write_window);
        while (!head.empty() || !rest.empty()) {
            const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(rest.substr(0, kTurn))};
            const auto [error, count] = co_await stream_.async_write_some(pieces, kAwait);
            const auto of_head = std::min(count, head.size());
            head.remove_prefix(of_head);
            rest.remove_prefix(count - of_head);
            if (count > of_head) body.on_sent(all.size() - rest.size());
            if (timed_out_) {
                const auto now = acknowledged();
                if (!keeps_pace(now - std::exchange(taken, now), limits())) {
                    end_by_reset();
                    co_return false;
                }
                arm(limits().write_window);
            } else if (error) {
                co_return false;
            }
        }
        co_return true;
    }

    void cancel_io() override {
        boost::system::error_code ignored;
        socket().cancel(ignored);
        wake_.cancel();
    }

    auto& socket() { return stream_.lowest_layer(); }
    const HttpLimits& limits() const { return core_.options.limits; }

    // A member, lest a session that nothing runs any more keeps its core: see Session::Registration.
    std::shared_ptr<Core> shared_core_;
    Stream stream_;
    Timer wake_;

 private:
    /// Some dozens of microseconds of a thread, and a few records of TLS.
    static constexpr std::size_t kTurn = 64 * 1024;

    std::uint64_t acknowledged() { return socket().is_open() ? acknowledged_bytes(socket().native_handle()) : 0; }

    /// Else the kernel would go on with what it holds, for as long as the client likes.
    void end_by_reset() {
        boost::system::error_code ignored;
        socket().set_option(asio::socket_base::linger(true, 0), ignored);
    }

    /// False when nothing of the stream is wanted any more.
    Task<bool> await_stream() {
        // A client that has left is not heard of before something is written to it: so we look.
        arm(kLookAfterClient);
        co_await wake_.async_wait(kAwait);
        disarm();
        co_return socket().is_open() && !core_.stopping() && !has_left(socket().native_handle());
    }

    /// What makes the session ask its stream again.
    std::function<void()> waker() {
        return [core = shared_core_, weak = weak_from_this()] {
            if (const auto self = weak.lock()) asio::post(self->strand(), [self] { self->wake(); });
        };
    }
};

}  // namespace cellwise::http
