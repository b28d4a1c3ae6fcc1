// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"

#include "adapters/http/connection.hpp"
#include "adapters/http/socket_options.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/base/log.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace cellwise::http {
namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;
/// While the process has no file descriptor left.
constexpr Duration kAcceptPause{100};

/// Where one of the listeners is bound, and what begins on each of its connections.
struct Place {
    const char* name;
    std::string address;
    std::uint16_t port;
    bool tls;
    void (*start_session)(const std::shared_ptr<Core>& core, Socket socket);
};

Error listen_error(const Place& place, const error_code& error) {
    return Error{ErrorKind::Unavailable, "http.listen.failed", "cannot listen: " + error.message(), place.name,
                 place.address + ":" + std::to_string(place.port)};
}

/// No request was read, so no face can be asked for the shape of this. Under TLS nothing can be said before a
/// handshake.
void turn_away(Socket& socket, bool tls) {
    constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    if (!tls) socket.write_some(asio::buffer(kFull), ignored);
    socket.shutdown(Tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
}

/// One address at which connections are accepted. Belongs to its strand once it is open.
class Door {
 public:
    Door(std::shared_ptr<Core> core, Place place)
        : core_(std::move(core)),
          place_(std::move(place)),
          acceptor_(asio::make_strand(core_->io)),
          pause_(acceptor_.get_executor()) {}

    Status bind() {
        error_code error;
        const auto address = asio::ip::make_address(place_.address, error);
        if (error) {
            return invalid("http.listen.address", place_.name, "must be an IPv4 or IPv6 address", place_.address);
        }
        const Tcp::endpoint endpoint(address, place_.port);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) return listen_error(place_, error);
        port_ = acceptor_.local_endpoint(error).port();
        return {};
    }

    void open() {
        asio::co_spawn(acceptor_.get_executor(), accept_all(), [](const std::exception_ptr& failure) {
            if (failure) log::error("the HTTP listener ended by an exception");
        });
    }

    void close() {
        asio::post(acceptor_.get_executor(), [this] {
            error_code ignored;
            acceptor_.close(ignored);
            pause_.cancel();
        });
    }

    std::uint16_t port() const { return port_; }

 private:
    Task<void> accept_all() {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(asio::make_strand(core_->io), kAwait);
            if (!error) {
                admit(std::move(socket));
            } else if (acceptor_.is_open() && error != asio::error::connection_aborted) {
                log::warning("cannot accept an HTTP connection", {{"error", std::string_view(error.message())}});
                pause_.expires_after(kAcceptPause);
                co_await pause_.async_wait(kAwait);
            }
        }
    }

    void admit(Socket socket) {
        error_code ignored;
        const auto newcomer = peer_key_of(socket.remote_endpoint(ignored).address());
        if (!core_->has_room_for(newcomer, place_.tls)) return turn_away(socket, place_.tls);
        const auto& limits = core_->options.limits;
        if (limits.max_per_peer > 0 && core_->connections_of(newcomer) >= limits.max_per_peer) {
            return turn_away(socket, place_.tls);
        }
        socket.set_option(Tcp::no_delay(true), ignored);
        if (core_->options.most_unsent > 0) bound_unsent(socket.native_handle(), core_->options.most_unsent);
        place_.start_session(core_, std::move(socket));
    }

    std::shared_ptr<Core> core_;
    const Place place_;
    asio::basic_socket_acceptor<Tcp, Strand> acceptor_;
    Timer pause_;
    std::uint16_t port_ = 0;
};

}  // namespace

class HttpServer::Listener {
 public:
    Listener(Options options, ports::HttpHandler& handler)
        : core_(std::make_shared<Core>(std::move(options), handler)) {
        const auto& chosen = core_->options;
        if (!chosen.address.empty()) {
            plain_.emplace(core_, Place{"listen", chosen.address, chosen.port, false, start_plain_session});
        }
        if (!chosen.tls_address.empty()) {
            CELLWISE_ASSERT(chosen.identity != nullptr);
            tls_.emplace(core_, Place{"tls_listen", chosen.tls_address, chosen.tls_port, true, start_tls_session});
        }
    }

    Status start() {
        for (auto* door : {&plain_, &tls_}) {
            if (!*door) continue;
            if (const auto bound = (*door)->bind(); !bound) return bound;
        }
        for (auto* door : {&plain_, &tls_}) {
            if (*door) (*door)->open();
        }
        core_->start_beating();
        for (unsigned i = 0; i < std::max(core_->options.threads, 1U); ++i) {
            threads_.emplace_back([core = core_.get()] {
                stand_back(core->options.niceness);
                core->io.run();
            });
        }
        return {};
    }

    void stop(Duration grace) {
        if (threads_.empty()) return;
        for (auto* door : {&plain_, &tls_}) {
            if (*door) (*door)->close();
        }
        core_->begin_stop();
        core_->wait_until_empty(grace);
        core_->abort_all();
        core_->stop_beating();
        // Nothing is left to wait for once every session has ended, so the threads run out of work.
        threads_.clear();
    }

    std::uint16_t port() const { return plain_ ? plain_->port() : std::uint16_t{0}; }
    std::uint16_t tls_port() const { return tls_ ? tls_->port() : std::uint16_t{0}; }
    std::size_t connections() const { return core_->connections(); }

 private:
    std::shared_ptr<Core> core_;
    std::optional<Door> plain_;
    std::optional<Door> tls_;
    std::vector<std::jthread> threads_;
};

HttpServer::HttpServer(Options options, ports::HttpHandler& handler)
    : listener_(std::make_unique<Listener>(std::move(options), handler)) {}
HttpServer::~HttpServer() { stop(Duration{0}); }

Status HttpServer::start() { return listener_->start(); }
std::uint16_t HttpServer::port() const { return listener_->port(); }
std::uint16_t HttpServer::tls_port() const { return listener_->tls_port(); }
std::size_t HttpServer::connections() const { return listener_->connections(); }
void HttpServer::stop(Duration grace) { listener_->stop(grace); }

}  // namespace cellwise::http
