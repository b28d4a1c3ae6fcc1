// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/http.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace cellwise::http {

/// What a client may cost us.
struct HttpLimits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;  ///< of a body in memory; a BodySink has its own limit
    Duration header_time{15'000};          ///< from a request's first byte to the end of its head
    Duration idle_time{60'000};            ///< between two requests
    Duration body_window{30'000};          ///< a body has to come forward by body_window_bytes in this time
    std::size_t body_window_bytes = 16 * 1024;
    Duration write_window{30'000};       ///< the client has to take some of the answer in this time
    Duration linger_time{2'000};         ///< how long an unread body is drained, so that a refusal arrives
    std::size_t max_connections = 1000;  ///< at one more the oldest idle one is closed; if none is, 503
};

/// HTTP/1.1 over plain TCP for one HttpHandler, with a small thread pool of its own. A connection's requests are
/// answered in order, one at a time; the faults that the server finds itself are answered by HttpHandler::refuse,
/// with codes "http.*" and the status where HTTP prescribes one (408, 413, 417, 431, 505).
class HttpServer {
 public:
    struct Options {
        std::string address = "127.0.0.1";  ///< IPv4 or IPv6, no name
        std::uint16_t port = 0;             ///< 0: the system chooses
        unsigned threads = 2;
        HttpLimits limits{};
        const ports::Clock* clock = nullptr;  ///< for the Date field; without it there is none
    };

    /// `handler` (and the clock) outlive the server's stop().
    HttpServer(Options options, ports::HttpHandler& handler);
    /// Stops without grace.
    ~HttpServer();

    /// Binds and serves. Errors: "http.listen.address", "http.listen.failed" with the address as the value.
    Status start();
    /// The port that start() got.
    std::uint16_t port() const;
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
