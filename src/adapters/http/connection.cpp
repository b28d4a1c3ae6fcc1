// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace cellwise::http {
namespace {

/// Fine enough for the shortest limit, coarse enough to cost nothing.
Duration beat_for(const HttpLimits& limits) {
    const auto shortest =
        std::min({limits.header_time, limits.idle_time, limits.body_window, limits.write_window, limits.linger_time});
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

Core::Core(HttpServer::Options chosen, ports::HttpHandler& face)
    : options(std::move(chosen)),
      handler(face),
      beat_length_(beat_for(options.limits)),
      beat_timer_(asio::make_strand(io)) {}

void Core::add(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
}

void Core::remove(const Connection& connection) {
    const std::lock_guard lock(mutex_);
    connections_.erase(&connection);
    if (connections_.empty()) emptied_.notify_all();
}

std::size_t Core::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

std::vector<std::shared_ptr<Connection>> Core::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> out;
    out.reserve(connections_.size());
    for (const auto& [_, weak] : connections_) {
        if (auto connection = weak.lock()) out.push_back(std::move(connection));
    }
    return out;
}

bool Core::evict_idle() {
    std::shared_ptr<Connection> oldest;
    auto rank = kBusy;
    for (auto& connection : all()) {
        const auto its = connection->idle_rank();
        if (its >= rank) continue;
        rank = its;
        oldest = std::move(connection);
    }
    if (!oldest) return false;
    oldest->leave();
    asio::post(oldest->strand(), [oldest] { oldest->close_if_idle(); });
    return true;
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
    for (const auto& connection : all()) {
        if (connection->due() <= now) asio::post(connection->strand(), [connection] { connection->on_beat(); });
    }
    arm_beat();
}

void Core::begin_stop() {
    stopping_ = true;
    for (const auto& connection : all()) {
        asio::post(connection->strand(), [connection] { connection->close_if_idle(); });
    }
}

bool Core::wait_until_empty(Duration grace) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, grace, [this] { return connections_.empty(); });
}

void Core::abort_all() {
    for (const auto& connection : all()) {
        asio::post(connection->strand(), [connection] { connection->abort(); });
    }
}

}  // namespace cellwise::http
