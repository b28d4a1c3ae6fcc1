// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/connection.hpp"
#include "adapters/http/input_buffer.hpp"
#include "adapters/http/request_reader.hpp"
#include "adapters/http/responder.hpp"
#include "adapters/http/response_head.hpp"
#include "adapters/http/session_rules.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <array>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Expensive to compile: only http_session.cpp (and one such file more for TLS) includes it.
namespace cellwise::http {

/// One connection as a coroutine, top-down: requests, each of head, body, answer. `Stream` is a TCP socket, or
/// something around one that bears lowest_layer() and Asio's async_read_some and async_write_some.
template <class Stream>
class Session final : public Connection {
 public:
    static void start(const std::shared_ptr<Core>& core, Stream stream) {
        auto session = std::make_shared<Session>(core, std::move(stream));
        core->add(session);
        const auto strand = session->strand();
        asio::co_spawn(strand, run(std::move(session)), [](const std::exception_ptr& failure) {
            if (failure) log::error("HTTP session ended by an exception");
        });
    }

    Session(const std::shared_ptr<Core>& core, Stream stream)
        : Connection(*core, stream.get_executor()), shared_core_(core), stream_(std::move(stream)), wake_(strand()) {
        boost::system::error_code error;
        const auto peer = socket().remote_endpoint(error).address();
        const bool mapped = peer.is_v6() && peer.to_v6().is_v4_mapped();
        peer_ = mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6()).to_string() : peer.to_string();
        wake_.expires_at(Timer::time_point::max());
    }

    void abort() override {
        boost::system::error_code ignored;
        socket().close(ignored);
        wake_.cancel();
    }
    void wake() override { wake_.cancel(); }

 private:
    using State = RequestReader::State;

    static Task<void> run(std::shared_ptr<Session> self) {
        const Registration registered{*self};
        while (co_await self->serve()) {
        }
    }

    /// Takes the connection out of the core's list, whatever ends the coroutine.
    struct Registration {
        Session& session;
        ~Registration() {
            session.abort();
            session.core_.remove(session);
            session.shared_core_.reset();
        }
    };

    /// One request; false when the connection is over.
    Task<bool> serve() {
        if (!co_await await_request()) co_return false;
        reader_.emplace(limits().header_bytes);
        reader_->request().peer = peer_;
        if (!co_await read_head()) co_return false;
        head_ = summary_of(reader_->request());
        auto opened = open_body();
        if (!opened) co_return co_await refuse(opened.error());
        const auto sink = *opened;
        if (!co_await read_body(sink.get())) co_return false;
        const auto answer = co_await ask(sink);
        if (!answer) co_return false;
        co_return co_await send(*answer, reader_->keep_alive());
    }

    Task<bool> await_request() {
        if (core_.stopping()) co_return false;
        if (!input_.empty()) co_return true;
        input_.shrink();
        arm(limits().idle_time);
        leaving_ = false;
        idle_rank_ = core_.next_idle_rank();
        const bool more = !core_.stopping() && co_await fill(InputBuffer::kSmall);
        idle_rank_ = kBusy;
        co_return more;
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
        body.append(as_text(piece));
        return {};
    }

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
        const bool whole = reader_->state() == State::Done;
        const bool sent = co_await send(refusal(error), whole && reader_->keep_alive());
        if (!whole) co_await linger();
        co_return sent;
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
        keep_alive = keep_alive && !core_.stopping() && !says_close(response);
        const auto* clock = core_.options.clock;
        const auto date = clock != nullptr ? std::optional(clock->now()) : std::nullopt;
        const auto head = render_head(response, {.keep_alive = keep_alive, .date = date});
        const bool with_body = has_response_body(response.status, method());
        const bool sent = co_await write(head, with_body ? std::string_view(response.body) : std::string_view{});
        head_.reset();
        co_return sent&& keep_alive;
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

    /// Closing over unread bytes would reset the connection, and the client might lose the answer with it.
    Task<void> linger() {
        boost::system::error_code ignored;
        socket().shutdown(asio::socket_base::shutdown_send, ignored);
        arm(limits().linger_time);
        do {
            input_.consume(input_.view().size());
        } while (co_await fill(InputBuffer::kLarge));
    }

    void cancel_io() override {
        boost::system::error_code ignored;
        socket().cancel(ignored);
    }

    auto& socket() { return stream_.lowest_layer(); }
    const HttpLimits& limits() const { return core_.options.limits; }
    ports::HttpMethod method() { return head_ ? head_->method : reader_->request().method; }
    const std::string& path() { return head_ ? head_->path : reader_->request().path; }
    Error too_large() const {
        return Error{ErrorKind::TooLarge, "http.body.too_large",
                     "the body must have at most " + std::to_string(limits().body_bytes) + " bytes"};
    }

    // A member, lest a session that nothing runs any more keeps its core: see Registration.
    std::shared_ptr<Core> shared_core_;
    Stream stream_;
    Timer wake_;
    std::string peer_;
    InputBuffer input_;
    std::optional<RequestReader> reader_;
    std::optional<ports::HttpRequest> head_;  // of the request under way, without headers and body
    bool expects_continue_ = false;
};

}  // namespace cellwise::http
