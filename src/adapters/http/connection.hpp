// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/asio_types.hpp"
#include "adapters/http/connection_table.hpp"
#include "adapters/http/handshakes.hpp"
#include "adapters/http/http_server.hpp"

#include "cellwise/ports/http.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

/// What the listener and its sessions share.
namespace cellwise::http {

/// Deadlines are counted in beats of one timer for all connections: setting one is a store, not a timer's business.
using Beat = std::uint64_t;
constexpr Beat kNever = std::numeric_limits<Beat>::max();
constexpr std::uint64_t kBusy = std::numeric_limits<std::uint64_t>::max();
/// How long a client can be gone before a stream that has nothing to say finds out.
constexpr Duration kLookAfterClient{1'000};

class Core;

/// One client's connection, as the core sees it. Made by shared_ptr; all but the atomics belongs to its strand.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
    Connection(Core& core, Strand strand, const PeerKey& peer, bool over_tls = false)
        : core_(core), strand_(std::move(strand)), peer_key_(peer), over_tls_(over_tls) {}
    virtual ~Connection() = default;

    const Strand& strand() const { return strand_; }
    const PeerKey& peer_key() const { return peer_key_; }
    bool over_tls() const { return over_tls_; }
    Beat due() const { return due_; }
    /// Grows from one that falls idle to the next; kBusy while a request is under way, and once the connection was
    /// picked to make room.
    std::uint64_t idle_rank() const { return leaving_ ? kBusy : idle_rank_.load(); }
    void leave() { leaving_ = true; }

    /// On the strand: whatever is under way ends as timed out, if its deadline still stands.
    void on_beat();
    /// On the strand: ends the connection if no request is under way.
    void close_if_idle();
    /// On the strand: the same, and a stream that waits for something to say ends, too.
    void begin_stop();
    /// On the strand: ends the connection.
    virtual void abort() = 0;
    /// On the strand: an answer was put where the session looks for it, or a stream has more to say.
    virtual void wake() = 0;

 protected:
    /// On the strand: pending reads and writes end, the socket stays open.
    virtual void cancel_io() = 0;

    /// What is awaited next has to be there in time; the flag timed_out_ says if it was not.
    void arm(Duration limit);
    void disarm() { due_ = kNever; }
    /// Moves the deadline by the time since `began`, which was ours and not the client's.
    void excuse_since(Beat began);

    Core& core_;
    Strand strand_;
    const PeerKey peer_key_;
    const bool over_tls_;
    std::atomic<Beat> due_{kNever};
    std::atomic<std::uint64_t> idle_rank_{kBusy};
    std::atomic<bool> leaving_{false};
    bool timed_out_ = false;
};

/// The thread pool's context and the connections that live on it. Shared with every Respond that is still held
/// somewhere, so that a late answer finds a context to be dropped in.
class Core {
 public:
    Core(HttpServer::Options chosen, ports::HttpHandler& face);

    void add(const std::shared_ptr<Connection>& connection);
    void remove(const Connection& connection);
    std::size_t connections() const;
    std::size_t connections_of(const PeerKey& peer) const;
    /// Whether one more of `newcomer` may be served: where there are as many as may be, an idle one is ended for it.
    bool has_room_for(const PeerKey& newcomer, bool over_tls);
    /// Of the memory for bodies; false when others hold all of it.
    bool take_memory(std::size_t bytes);
    void give_memory(std::size_t bytes) { body_bytes_ -= bytes; }
    std::uint64_t next_idle_rank() { return ++idle_ranks_; }

    Beat now() const { return beat_; }
    Beat after(Duration limit) const;
    void start_beating();

    /// Idle connections end, and busy ones after their answer.
    void begin_stop();
    bool stopping() const { return stopping_; }
    bool wait_until_empty(Duration grace);
    void abort_all();
    void stop_beating();

    asio::io_context io;  // first: all else may be gone when it destroys handlers that never ran
    const HttpServer::Options options;
    ports::HttpHandler& handler;
    Handshakes handshakes;

 private:
    void arm_beat();
    void on_beat();
    std::vector<std::shared_ptr<Connection>> all() const;
    bool make_room_in(ConnectionTable& table, std::size_t most, const PeerKey& newcomer);

    const Duration beat_length_;
    Timer beat_timer_;
    bool beating_ = false;  // on the timer's strand
    std::atomic<Beat> beat_{1};
    std::atomic<std::uint64_t> idle_ranks_{0};
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> body_bytes_{0};
    mutable std::mutex mutex_;
    std::condition_variable emptied_;
    ConnectionTable connections_;
    ConnectionTable tls_connections_;  ///< those of them over TLS
};

/// Has the client closed its side of the socket, or is the connection broken? Nobody does so who still wants a
/// stream.
bool has_left(int socket);

/// Serves one accepted TCP connection until it ends.
void start_plain_session(const std::shared_ptr<Core>& core, Socket socket);
/// The same under TLS; the core's options have the identity.
void start_tls_session(const std::shared_ptr<Core>& core, Socket socket);

}  // namespace cellwise::http
