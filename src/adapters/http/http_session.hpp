// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/connection.hpp"
#include "adapters/http/input_buffer.hpp"
#include "adapters/http/request_reader.hpp"
#include "adapters/http/responder.hpp"
#include "adapters/http/response_head.hpp"
#include "adapters/http/session_rules.hpp"
#include "adapters/http/session_writer.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// Expensive to compile: only http_session.cpp and tls_session.cpp include it.
namespace cellwise::http {

/// A stream that has a beginning and an end of its own around the requests (TlsStream).
template <class Stream>
concept HasHandshake = requires(Stream& stream) {
    stream.shake_hands();
};

/// One connection as a coroutine, top-down: requests, each of head, body, answer. `Stream` is a TCP socket, or
/// something around one that bears lowest_layer() and Asio's async_read_some and async_write_some.
template <class Stream>
class Session final : public SessionWriter<Stream> {
 public:
    static constexpr bool kTls = HasHandshake<Stream>;

    static void start(const std::shared_ptr<Core>& core, Stream stream) {
        boost::system::error_code left;
        const auto peer = stream.lowest_layer().remote_endpoint(left).address();
        auto session = std::make_shared<Session>(core, std::move(stream), peer);
        core->add(session);
        const auto strand = session->strand();
        asio::co_spawn(strand, run(std::move(session)), [](const std::exception_ptr& failure) {
            if (failure) log::error("HTTP session ended by an exception");
        });
    }

    Session(const std::shared_ptr<Core>& core, Stream stream, const asio::ip::address& peer)
        : Writer(core, std::move(stream), peer_key_of(peer), kTls), peer_(peer_text_of(peer)) {}

 private:
    using Writer = SessionWriter<Stream>;
    using State = RequestReader::State;
    using Writer::arm;
    using Writer::core_;
    using Writer::disarm;
    using Writer::excuse_since;
    using Writer::idle_rank_;
    using Writer::leaving_;
    using Writer::limits;
    using Writer::shared_core_;
    using Writer::socket;
    using Writer::strand;
    using Writer::stream_;
    using Writer::timed_out_;
    using Writer::wake_;
    using Writer::weak_from_this;
    using Writer::write;
    using Writer::write_bytes;
    using Writer::write_stream;

    static Task<void> run(std::shared_ptr<Session> self) {
        const Registration registered{*self};
        if (!co_await self->shake_hands()) co_return;
        while (co_await self->serve()) {
        }
        self->leaving_ = false;
        self->idle_rank_ = self->core_.next_idle_rank();
        co_await self->part();
    }

    /// Takes the connection out of the core's list, whatever ends the coroutine.
    struct Registration {
        Session& session;
        ~Registration() {
            session.abort();
            session.give_memory();
            session.core_.remove(session);
            session.shared_core_.reset();
        }
    };

    /// Until it is done the connection counts as idle, so that it may be closed to make room.
    Task<bool> shake_hands() {
        if constexpr (kTls) {
            const Handshakes::Turn turn(core_.handshakes, this->shared_from_this());
            arm(limits().handshake_time);
            idle_rank_ = core_.next_idle_rank();
            // Asked after the rank is set: a stop that begins later finds the connection idle. And in a statement of
            // its own: g++ 12 runs a co_await behind && whatever stands before it.
            if (core_.stopping()) co_return false;
            const bool done = co_await stream_.shake_hands();
            idle_rank_ = kBusy;
            client_subject_ = done ? stream_.client_subject() : std::string{};
            co_return done && !timed_out_;
        }
        co_return true;
    }

    /// Closing over unread bytes would reset the connection, and the client might lose the answer with it (RFC 9112,
    /// 9.6). So we say that nothing more comes, and drain what the client still sends until it has closed, too.
    Task<void> part() {
        arm(limits().linger_time);
        if constexpr (kTls) co_await stream_.say_goodbye();
        if (!last_answer_left_) co_return;
        boost::system::error_code error;
        socket().shutdown(asio::socket_base::shutdown_send, error);
        const auto end = core_.after(limits().linger_longest);
        std::size_t drained = 0;
        for (error.clear(); !error && drained < limits().linger_bytes && core_.now() < end;) {
            arm(limits().linger_time);
            input_.consume(input_.view().size());
            const auto room = input_.space(InputBuffer::kLarge);
            std::size_t count = 0;
            std::tie(error, count) = co_await tcp().async_read_some(asio::buffer(room.data(), room.size()), kAwait);
            drained += count;
        }
    }

    /// One request; false when the connection is over.
    Task<bool> serve() {
        if (!co_await await_request()) co_return false;
        reader_.emplace(limits().header_bytes, core_.options.line_ends);
        reader_->request().peer = peer_;
        reader_->request().over_tls = kTls;
        reader_->request().client_subject = client_subject_;
        if (!co_await read_head()) co_return false;
        idle_rank_ = kBusy;
        head_ = summary_of(reader_->request());
        auto opened = open_body();
        if (!opened) co_return co_await refuse(opened.error());
        const auto sink = *opened;
        if (!co_await read_body(sink.get())) co_return false;
        const auto answer = co_await ask(sink);
        if (!answer) co_return false;
        co_return co_await send(*answer, reader_->keep_alive());
    }

    /// Until its head is whole a request is none: whoever sends it as slowly as that makes room for others.
    Task<bool> await_request() {
        reader_.reset();
        give_memory();
        leaving_ = false;
        idle_rank_ = core_.next_idle_rank();
        if (core_.stopping()) co_return false;
        skip_blank_lines();
        if (!input_.empty()) co_return true;
        arm(limits().idle_time);
        co_return co_await await_bytes();
    }

    /// A client that ends its request with a line end too many has not begun the next one by it.
    void skip_blank_lines() {
        if (core_.options.line_ends == LineEnds::AlsoLone) input_.consume(blank_lines_before(input_.view()));
    }

    /// A connection that waits for its next request holds no buffer, where the stream can do without.
    Task<bool> await_bytes() {
        if constexpr (std::is_same_v<Stream, Socket>) {
            if (core_.options.line_ends == LineEnds::Strict) {
                input_.release();
                const auto [error] = co_await stream_.async_wait(Socket::wait_read, kAwait);
                co_return !error && !timed_out_;
            }
        }
        bool came = true;
        while (came && input_.empty()) {
            input_.shrink();
            came = co_await fill(InputBuffer::kSmall);
            skip_blank_lines();
        }
        co_return came;
    }

    Task<bool> read_head() {
        arm(limits().header_time);
        for (;;) {
            const auto used = reader_->read_head(input_.view());
            input_.consume(used);
            if (reader_->state() == State::Failed) co_return co_await refuse(reader_->error());
            if (reader_->state() != State::Head) co_return true;
            if (used > 0 && !input_.empty()) continue;
            if (co_await fill(InputBuffer::kSmall)) continue;
            if (timed_out_) co_await refuse(timeout("the head of the request did not arrive in time"));
            co_return false;
        }
    }

    Result<std::shared_ptr<ports::BodySink>> open_body() {
        const auto& head = reader_->request();
        const auto expect = reader_->is_http_1_0() ? std::nullopt : head.header("Expect");
        expects_continue_ = expect.has_value() && reader_->state() == State::Body;
        if (expect && !is_continue(*expect)) {
            return invalid("http.expectation", "Expect", "only 100-continue can be met", printable(*expect));
        }
        auto opened = guarded([&] { return core_.handler.open_body(head); });
        if (opened && !*opened && reader_->content_length().value_or(0) > limits().body_bytes) return too_large();
        return opened;
    }

    Task<bool> read_body(ports::BodySink* sink) {
        if (reader_->state() == State::Done) co_return true;
        if (expects_continue_ && input_.empty()) {
            if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return false;
        }
        const RequestReader::TakeBody take = [this, sink](ByteView piece) { return take_body(sink, piece); };
        arm(limits().body_window);
        std::size_t in_window = 0;
        for (;;) {
            const auto began = core_.now();
            const auto used = input_.empty() ? 0 : reader_->read_body(input_.view(), take);
            excuse_since(began);
            input_.consume(used);
            in_window += used;
            if (reader_->state() == State::Failed) co_return co_await refuse(reader_->error());
            if (reader_->state() == State::Done) co_return true;
            if (used > 0 && !input_.empty()) continue;
            if (input_.full())
                co_return co_await refuse(invalid("http.request.malformed", {}, "a chunk's head is too long"));
            if (in_window >= limits().body_window_bytes) {
                arm(limits().body_window);
                in_window = 0;
            }
            if (co_await fill(room_for_body())) continue;
            if (timed_out_) co_await refuse(timeout("the body of the request came too slowly"));
            co_return false;
        }
    }

    Status take_body(ports::BodySink* sink, ByteView piece) {
        if (sink != nullptr) return guarded([&] { return sink->write(piece); });
        auto& body = reader_->request().body;
        if (body.size() + piece.size() > limits().body_bytes) return too_large();
        if (!core_.take_memory(piece.size())) return too_busy();
        memory_ += piece.size();
        body.append(as_text(piece));
        return {};
    }

    void give_memory() { core_.give_memory(std::exchange(memory_, 0)); }

    /// Nothing when the connection ended meanwhile.
    Task<std::optional<ports::HttpResponse>> ask(std::shared_ptr<ports::BodySink> sink) {
        disarm();
        const auto slot = std::make_shared<AnswerSlot>();
        const auto asked = hand_over(std::move(sink), slot);
        if (!asked) co_return refusal(asked.error());
        while (!slot->filled && socket().is_open()) co_await wake_.async_wait(kAwait);
        if (!slot->filled) co_return std::nullopt;
        if (slot->response) co_return std::move(slot->response);
        co_return refusal(internal_error("http.unanswered", "the request was not answered"));
    }

    Status hand_over(std::shared_ptr<ports::BodySink> sink, std::shared_ptr<AnswerSlot> slot) {
        auto responder = std::make_shared<Responder>(shared_core_, weak_from_this(), std::move(slot));
        ports::Respond respond = [responder](ports::HttpResponse response) { responder->give(std::move(response)); };
        responder.reset();
        return guarded([&]() -> Status {
            core_.handler.handle(std::move(reader_->request()), std::move(sink), std::move(respond));
            return {};
        });
    }

    /// The answer to a fault that the server found. What the client still sends is of no use any more.
    Task<bool> refuse(Error error) {
        idle_rank_ = kBusy;
        const bool whole = reader_->state() == State::Done;
        co_return co_await send(refusal(error), whole && reader_->keep_alive());
    }

    ports::HttpResponse refusal(const Error& error) {
        const auto& head = head_ ? *head_ : reader_->request();
        auto made = guarded([&]() -> Result<ports::HttpResponse> { return core_.handler.refuse(head, error); });
        auto response = made ? std::move(*made) : ports::HttpResponse{.status = 500};
        response.status = prescribed_status(error).value_or(response.status);
        return response;
    }

    /// True when another request may follow.
    Task<bool> send(ports::HttpResponse response, bool keep_alive) {
        if (response.status < 200 || response.status > 599) {
            log::error("a handler gave a status that is none",
                       {{"status", response.status}, {"path", printable(path())}});
            response = ports::HttpResponse{.status = 500};
        }
        auto framing = framing_of(response, reader_->is_http_1_0());
        framing.keep_alive = framing.keep_alive && keep_alive && !core_.stopping() && !says_close(response);
        const auto* clock = core_.options.clock;
        framing.date = clock != nullptr ? std::optional(clock->now()) : std::nullopt;
        framing.over_tls = kTls;
        const auto head = render_head(response, framing);
        const bool with_body = has_response_body(response.status, method());
        bool sent = false;
        if (with_body && response.bytes) {
            sent = co_await write_bytes(head, *response.bytes);
        } else {
            const bool at_once = with_body && !response.stream;
            sent = co_await write(head, at_once ? std::string_view(response.body) : std::string_view{});
            if (sent && with_body && !at_once) sent = co_await write_stream(*response.stream, framing);
        }
        head_.reset();
        last_answer_left_ = sent && !framing.keep_alive;
        co_return sent&& framing.keep_alive;
    }

    Task<bool> fill(std::size_t capacity) {
        const auto room = input_.space(capacity);
        const auto [error, count] = co_await stream_.async_read_some(asio::buffer(room.data(), room.size()), kAwait);
        input_.commit(count);
        co_return !error && !timed_out_;
    }

    std::size_t room_for_body() const {
        const bool little = reader_->content_length().value_or(InputBuffer::kLarge) <= InputBuffer::kSmall;
        return little ? InputBuffer::kSmall : InputBuffer::kLarge;
    }

    Socket& tcp() {
        if constexpr (kTls) {
            return stream_.tcp();
        } else {
            return stream_;
        }
    }
    ports::HttpMethod method() { return head_ ? head_->method : reader_->request().method; }
    const std::string& path() { return head_ ? head_->path : reader_->request().path; }
    Error too_large() const { return body_too_large(limits().body_bytes); }

    std::string peer_;
    std::string client_subject_;
    InputBuffer input_;
    std::optional<RequestReader> reader_;
    std::optional<ports::HttpRequest> head_;  // of the request under way, without headers and body
    bool expects_continue_ = false;
    bool last_answer_left_ = false;  // whole, and it said that the connection ends
    std::size_t memory_ = 0;         // of the core's for bodies
};

}  // namespace cellwise::http
