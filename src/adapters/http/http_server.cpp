// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_server.hpp"

#include "adapters/http/connection.hpp"

#include "cellwise/base/log.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
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

Error listen_error(const HttpServer::Options& options, const error_code& error) {
    return Error{ErrorKind::Unavailable, "http.listen.failed", "cannot listen: " + error.message(), "listen",
                 options.address + ":" + std::to_string(options.port)};
}

/// No request was read, so no face can be asked for the shape of this.
void turn_away(Socket& socket) {
    constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kFull), ignored);
    socket.shutdown(Tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
}

}  // namespace

class HttpServer::Listener {
 public:
    Listener(Options options, ports::HttpHandler& handler)
        : core_(std::make_shared<Core>(std::move(options), handler)),
          acceptor_(asio::make_strand(core_->io)),
          pause_(acceptor_.get_executor()) {}

    Status start() {
        if (const auto bound = bind(); !bound) return bound;
        asio::co_spawn(acceptor_.get_executor(), accept_all(), [](const std::exception_ptr& failure) {
            if (failure) log::error("the HTTP listener ended by an exception");
        });
        core_->start_beating();
        for (unsigned i = 0; i < std::max(core_->options.threads, 1U); ++i) {
            threads_.emplace_back([core = core_.get()] { core->io.run(); });
        }
        return {};
    }

    void stop(Duration grace) {
        if (threads_.empty()) return;
        asio::post(acceptor_.get_executor(), [this] { close(); });
        core_->begin_stop();
        core_->wait_until_empty(grace);
        core_->abort_all();
        core_->stop_beating();
        // Nothing is left to wait for once every session has ended, so the threads run out of work.
        threads_.clear();
    }

    std::uint16_t port() const { return port_; }
    std::size_t connections() const { return core_->connections(); }

 private:
    Status bind() {
        const auto& options = core_->options;
        error_code error;
        const auto address = asio::ip::make_address(options.address, error);
        if (error) {
            return invalid("http.listen.address", "listen", "must be an IPv4 or IPv6 address", options.address);
        }
        const Tcp::endpoint endpoint(address, options.port);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) return listen_error(options, error);
        port_ = acceptor_.local_endpoint(error).port();
        return {};
    }

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
        if (core_->connections() >= core_->options.limits.max_connections && !core_->evict_idle()) {
            return turn_away(socket);
        }
        error_code ignored;
        socket.set_option(Tcp::no_delay(true), ignored);
        start_plain_session(core_, std::move(socket));
    }

    void close() {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

    std::shared_ptr<Core> core_;
    asio::basic_socket_acceptor<Tcp, Strand> acceptor_;
    Timer pause_;
    std::uint16_t port_ = 0;
    std::vector<std::jthread> threads_;
};

HttpServer::HttpServer(Options options, ports::HttpHandler& handler)
    : listener_(std::make_unique<Listener>(std::move(options), handler)) {}
HttpServer::~HttpServer() { stop(Duration{0}); }

Status HttpServer::start() { return listener_->start(); }
std::uint16_t HttpServer::port() const { return listener_->port(); }
std::size_t HttpServer::connections() const { return listener_->connections(); }
void HttpServer::stop(Duration grace) { listener_->stop(grace); }

}  // namespace cellwise::http
