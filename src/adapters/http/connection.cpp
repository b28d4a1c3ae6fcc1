// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <poll.h>
#include <utility>
#include <vector>

namespace cellwise::http {
namespace {

/// Fine enough for the shortest limit, coarse enough to cost nothing.
Duration beat_for(const HttpLimits& limits) {
    const auto shortest = std::min({limits.header_time, limits.idle_time, limits.body_window, limits.write_window,
                                    limits.linger_time, limits.handshake_time});
    return std::clamp(shortest / 8, Duration{5}, Duration{250});
}

}  // namespace

void Connection::arm(Duration limit) {
    timed_out_ = false;
    due_ = core_.after(limit);
}

void Connection::excuse_since(Beat began) {
    if (due_ != kNever) due_ += core_.now() - began;
}

void Connection::on_beat() {
    if (due_ > core_.now()) return;
    due_ = kNever;
    timed_out_ = true;
    cancel_io();
}

void Connection::close_if_idle() {
    if (idle_rank_ != kBusy) abort();
}

void Connection::begin_stop() {
    if (idle_rank_ != kBusy) return abort();
    wake();
}

Core::Core(HttpServer::Options chosen, ports::HttpHandler& face)
    : options(std::move(chosen)),
      handler(face),
      handshakes(options.limits.max_handshakes),
      beat_length_(beat_for(options.limits)),
      beat_timer_(asio::make_strand(io)) {}

void Core::add(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.add(connection);
    if (connection->over_tls()) tls_connections_.add(connection);
}

void Core::remove(const Connection& connection) {
    const std::lock_guard lock(mutex_);
    connections_.remove(connection);
    tls_connections_.remove(connection);
    if (connections_.size() == 0) emptied_.notify_all();
}

std::size_t Core::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

std::size_t Core::connections_of(const PeerKey& peer) const {
    const std::lock_guard lock(mutex_);
    return connections_.connections_of(peer);
}

std::vector<std::shared_ptr<Connection>> Core::all() const {
    const std::lock_guard lock(mutex_);
    return connections_.all_that({});
}

bool Core::has_room_for(const PeerKey& newcomer, bool over_tls) {
    const auto& limits = options.limits;
    if (over_tls && !make_room_in(tls_connections_, limits.max_tls_connections, newcomer)) return false;
    return make_room_in(connections_, limits.max_connections, newcomer);
}

bool Core::make_room_in(ConnectionTable& table, std::size_t most, const PeerKey& newcomer) {
    std::shared_ptr<Connection> leaver;
    {
        const std::lock_guard lock(mutex_);
        if (table.size() < most) return true;
        leaver = table.pick_to_end(newcomer);
    }
    if (!leaver) return false;
    leaver->leave();
    asio::post(leaver->strand(), [leaver] { leaver->close_if_idle(); });
    return true;
}

bool Core::take_memory(std::size_t bytes) {
    if ((body_bytes_ += bytes) <= options.limits.all_bodies_bytes) return true;
    body_bytes_ -= bytes;
    return false;
}

Beat Core::after(Duration limit) const {
    // One more, since the present beat has partly passed: a limit never ends early.
    return beat_ + static_cast<Beat>((limit + beat_length_ - Duration{1}) / beat_length_) + 1;
}

void Core::start_beating() {
    asio::post(beat_timer_.get_executor(), [this] {
        beating_ = true;
        arm_beat();
    });
}

void Core::stop_beating() {
    asio::post(beat_timer_.get_executor(), [this] {
        beating_ = false;
        beat_timer_.cancel();
    });
}

void Core::arm_beat() {
    if (!beating_) return;
    beat_timer_.expires_after(beat_length_);
    beat_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) on_beat();
    });
}

void Core::on_beat() {
    const Beat now = ++beat_;
    std::vector<std::shared_ptr<Connection>> due;
    {
        const std::lock_guard lock(mutex_);
        due = connections_.all_that([now](const Connection& connection) { return connection.due() <= now; });
    }
    for (const auto& connection : due) {
        asio::post(connection->strand(), [connection] { connection->on_beat(); });
    }
    arm_beat();
}

void Core::begin_stop() {
    stopping_ = true;
    for (const auto& connection : all()) {
        asio::post(connection->strand(), [connection] { connection->begin_stop(); });
    }
}

bool Core::wait_until_empty(Duration grace) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, grace, [this] { return connections_.size() == 0; });
}

void Core::abort_all() {
    for (const auto& connection : all()) {
        asio::post(connection->strand(), [connection] { connection->abort(); });
    }
}

bool has_left(int socket) {
    // Not by peeking: what the client sent before it closed, be it a request or TLS's own goodbye, lies before the
    // end.
    pollfd asked{.fd = socket, .events = POLLRDHUP, .revents = 0};
    return ::poll(&asked, 1, 0) > 0;
}

}  // namespace cellwise::http
