// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/asio_types.hpp"
#include "adapters/http/tls_socket.hpp"

#include <boost/asio/ssl/context.hpp>

#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

/// Only tls_session.cpp includes it.
namespace cellwise::http {

/// TLS over an accepted TCP connection, as Session wants its stream.
class TlsStream {
 public:
    using Outcome = std::tuple<boost::system::error_code, std::size_t>;
    using Pieces = std::array<asio::const_buffer, 2>;

    TlsStream(Socket socket, std::shared_ptr<asio::ssl::context> context);

    Strand get_executor() { return socket_.get_executor(); }
    Socket& lowest_layer() { return socket_; }
    /// Below TLS: to drain what comes after its end.
    Socket& tcp() { return socket_; }

    Task<Outcome> async_read_some(asio::mutable_buffer room, const decltype(kAwait)&);
    /// A header and what begins behind it leave in one record. Whoever writes much lets others have their turn
    /// between two calls.
    Task<Outcome> async_write_some(Pieces pieces, const decltype(kAwait)&);

    Task<bool> shake_hands();
    /// Says that nothing more comes, so that the client can tell the end from a cut, and waits for the same word.
    /// Once.
    Task<void> say_goodbye();

    std::string client_subject() { return tls_->client_subject(); }

 private:
    /// Until the socket is what the step wants it to be; an error when it never will be.
    Task<boost::system::error_code> wait_for(TlsSocket::Want want);
    /// Lets whatever else is ready run first.
    Task<boost::system::error_code> yield_turn();

    Socket socket_;
    std::shared_ptr<asio::ssl::context> context_;
    std::unique_ptr<TlsSocket> tls_;
    bool open_ = false;
};

}  // namespace cellwise::http
