// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_session.hpp"
#include "adapters/http/tls_identity.hpp"
#include "adapters/http/tls_stream.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace cellwise::http {
namespace {

using Want = TlsSocket::Want;

std::span<const char> chars_of(const asio::const_buffer& buffer) {
    return {static_cast<const char*>(buffer.data()), buffer.size()};
}

/// What goes into the next record: as much of the second piece as fits behind the first, which a header is.
std::span<const char> next_record(const TlsStream::Pieces& pieces) {
    if (pieces[0].size() == 0) return chars_of(pieces[1]);
    // Of the thread, not of the connection: it is used up before anybody waits, and put together again thereafter.
    thread_local std::array<char, TlsSocket::kRecord> record;
    auto end = record.begin();
    for (const auto& piece : pieces) {
        const auto room = static_cast<std::size_t>(record.end() - end);
        const auto chars = chars_of(piece);
        end = std::copy_n(chars.begin(), std::min(room, chars.size()), end);
    }
    return {record.begin(), end};
}

}  // namespace

TlsStream::TlsStream(Socket socket, std::shared_ptr<asio::ssl::context> context)
    : socket_(std::move(socket)), context_(std::move(context)) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    tls_ = std::make_unique<TlsSocket>(socket_.native_handle(), *context_->native_handle());
}

Task<boost::system::error_code> TlsStream::wait_for(Want want) {
    if (want != Want::Readable && want != Want::Writable) co_return asio::error::connection_reset;
    const auto side = want == Want::Readable ? Socket::wait_read : Socket::wait_write;
    const auto [error] = co_await socket_.async_wait(side, kAwait);
    // Closed while the good news was on its way: its number may be another's by now.
    if (!error && !socket_.is_open()) co_return asio::error::operation_aborted;
    co_return error;
}

Task<boost::system::error_code> TlsStream::yield_turn() {
    co_await asio::post(socket_.get_executor(), asio::use_awaitable_t<Strand>{});
    co_return socket_.is_open() ? boost::system::error_code{} : asio::error::operation_aborted;
}

Task<TlsStream::Outcome> TlsStream::async_read_some(asio::mutable_buffer room, const decltype(kAwait)&) {
    boost::system::error_code error;
    if (!socket_.is_open()) error = asio::error::operation_aborted;
    bool waited = false;
    while (!error) {
        const auto step = tls_->read({static_cast<char*>(room.data()), room.size()});
        if (step.want == Want::Nothing) {
            if (!waited) error = co_await yield_turn();
            co_return Outcome{error, step.count};
        }
        if (step.want == Want::Ended) co_return Outcome{asio::error::eof, 0};
        error = co_await wait_for(step.want);
        waited = true;
    }
    co_return Outcome{error, 0};
}

Task<TlsStream::Outcome> TlsStream::async_write_some(Pieces pieces, const decltype(kAwait)&) {
    boost::system::error_code error;
    if (!socket_.is_open()) error = asio::error::operation_aborted;
    std::size_t sent = 0;
    while (!error && pieces[0].size() + pieces[1].size() > 0) {
        const auto step = tls_->write(next_record(pieces));
        if (step.want == Want::Nothing) {
            sent += step.count;
            const auto of_first = std::min(step.count, pieces[0].size());
            pieces[0] += of_first;
            pieces[1] += step.count - of_first;
        } else if (sent > 0 && step.want == Want::Writable) {
            co_return Outcome{error, sent};
        } else {
            error = co_await wait_for(step.want);
        }
    }
    if (!error) error = co_await yield_turn();
    co_return Outcome{error, sent};
}

Task<bool> TlsStream::shake_hands() {
    boost::system::error_code error;
    while (!error && !open_) {
        const auto step = tls_->shake_hands();
        open_ = step.want == Want::Nothing;
        if (!open_) error = co_await wait_for(step.want);
    }
    co_return open_;
}

Task<void> TlsStream::say_goodbye() {
    if (!std::exchange(open_, false)) co_return;
    boost::system::error_code error;
    while (!error && socket_.is_open()) {
        const auto step = tls_->say_goodbye();
        if (step.want == Want::Nothing) co_return;
        error = co_await wait_for(step.want);
    }
}

void start_tls_session(const std::shared_ptr<Core>& core, Socket socket) {
    Session<TlsStream>::start(core, TlsStream(std::move(socket), core->options.identity->context()));
}

}  // namespace cellwise::http
