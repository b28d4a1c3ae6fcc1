// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/asio_types.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <string>
#include <utility>

/// Expensive to compile: only tls_session.cpp includes it.
namespace cellwise::http {

/// TLS over an accepted TCP connection, as Session wants its stream.
class TlsStream {
 public:
    TlsStream(Socket socket, std::shared_ptr<asio::ssl::context> context)
        : context_(std::move(context)), stream_(std::move(socket), *context_) {}

    Strand get_executor() { return stream_.get_executor(); }
    auto& lowest_layer() { return stream_.lowest_layer(); }
    /// Below TLS: to drain what comes after its end.
    Socket& tcp() { return stream_.next_layer(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return stream_.async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return stream_.async_write_some(buffers, std::forward<Token>(token));
    }

    Task<bool> shake_hands() {
        const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
        open_ = !error;
        co_return open_;
    }
    /// Says that nothing more comes, so that the client can tell the end from a cut (RFC 8446, 6.1), and waits for
    /// the same word. Once.
    Task<void> say_goodbye() {
        if (!std::exchange(open_, false)) co_return;
        co_await stream_.async_shutdown(kAwait);
    }

    /// The subject of the client's certificate, which was verified; empty when it showed none.
    std::string client_subject();

 private:
    std::shared_ptr<asio::ssl::context> context_;
    asio::ssl::stream<Socket> stream_;
    bool open_ = false;
};

}  // namespace cellwise::http
