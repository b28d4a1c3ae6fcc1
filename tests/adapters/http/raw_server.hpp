// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cellwise::http::testing {

/// Listens on 127.0.0.1 and gives each connection's request to a script, on a thread per connection.
class RawServer {
 public:
    /// Reads from and writes to the socket as it likes; the connection closes when it returns.
    using Script = std::function<void(int socket)>;

    explicit RawServer(Script script);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url(const std::string& path = "/push") const;
    int connections() const { return connections_; }
    int at_once() const { return at_once_; }

 private:
    void accept_all();

    Script script_;
    int socket_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<int> open_{0};
    std::atomic<int> at_once_{0};  ///< the most that were open together
    std::mutex mutex_;
    std::vector<std::jthread> threads_;
    std::jthread acceptor_;
};

/// A whole request with its body, by its Content-Length.
std::string read_request(int socket);
void write_text(int socket, std::string_view text);
/// Until the other side closes.
void wait_for_end(int socket);

/// Answers every request with this.
RawServer::Script answering(std::string response);

}  // namespace cellwise::http::testing
