// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/line_ends.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/http.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace cellwise::http {

class TlsIdentity;

/// What a client may cost us.
struct HttpLimits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;              ///< of a body in memory; a BodySink has its own limit
    std::size_t all_bodies_bytes = 256 * 1024 * 1024;  ///< of all that are in memory at once; at more: 503
    Duration header_time{15'000};                      ///< from a request's first byte to the end of its head
    Duration idle_time{60'000};                        ///< between two requests
    Duration body_window{30'000};  ///< a body has to come forward by body_window_bytes in this time
    std::size_t body_window_bytes = 16 * 1024;
    Duration write_window{30'000};  ///< the client has to take some of the answer in this time
    /// What a client still sends after the last answer is drained, so that the answer arrives: while something comes
    /// within linger_time, and no more than so long and so much.
    Duration linger_time{2'000};
    Duration linger_longest{30'000};
    std::size_t linger_bytes = 64 * 1024 * 1024;
    /// At one more an idle one is closed: of the client that has most, the one that has been idle for longest. Who
    /// has more than all whose connections are idle is answered 503.
    std::size_t max_connections = 20'000;
    std::size_t max_tls_connections = 4'000;  ///< the same for those of them over TLS, of which each costs ten others
    Duration handshake_time{10'000};          ///< of TLS, from the connection to its end
    /// Of one client (an IPv4 address, a /64 of IPv6); 0: no bound of his own. One more is turned away.
    std::size_t max_per_peer = 0;
    /// Of a body that is sent from where it lies (HttpResponse::bytes), bytes a second in each write_window; 0: a
    /// single byte will do.
    std::uint64_t min_rate = 0;
    std::size_t max_handshakes = 256;  ///< under way at once; at one more the oldest is closed
};

/// HTTP/1.1 for one HttpHandler, over plain TCP, over TLS or both, with one small thread pool and one set of limits.
/// A connection's requests are answered in order, one at a time; the faults that the server finds itself are answered
/// by HttpHandler::refuse, with codes "http.*" and the status where HTTP prescribes one (408, 413, 417, 431, 505).
class HttpServer {
 public:
    struct Options {
        std::string address = "127.0.0.1";  ///< IPv4 or IPv6, no name; empty: no plain HTTP
        std::uint16_t port = 0;             ///< 0: the system chooses
        std::string tls_address{};          ///< the same for TLS, which needs an identity
        std::uint16_t tls_port = 0;
        std::shared_ptr<TlsIdentity> identity{};
        unsigned threads = 2;
        int niceness = 0;                       ///< of the threads: more stand back behind the daemon's others
        LineEnds line_ends = LineEnds::Strict;  ///< what heads of requests may be written with
        std::size_t most_unsent = 0;            ///< bytes that may wait in the kernel for a client; 0: its own rule
        HttpLimits limits{};
        const ports::Clock* clock = nullptr;  ///< for the Date field; without it there is none
    };

    /// `handler` (and the clock) outlive the server's stop().
    HttpServer(Options options, ports::HttpHandler& handler);
    /// Stops without grace.
    ~HttpServer();

    /// Binds and serves. Errors: "http.listen.address", "http.listen.failed" with "listen" or "tls_listen" as the
    /// field and the address as the value.
    Status start();
    /// The ports that start() got; 0 where nothing listens.
    std::uint16_t port() const;
    std::uint16_t tls_port() const;
    std::size_t connections() const;

    /// No new connection, idle ones are closed, requests under way get `grace` to be answered; then all end. Returns
    /// when no thread of ours runs any more, so it must not be called on one, and answers that come from the calling
    /// thread do not come meanwhile. A Respond may be called even after this; it does nothing then.
    void stop(Duration grace);

 private:
    class Listener;
    std::unique_ptr<Listener> listener_;
};

}  // namespace cellwise::http
