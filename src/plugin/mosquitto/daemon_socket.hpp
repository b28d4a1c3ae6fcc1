// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/domain/mqtt_login.hpp"

#include <optional>
#include <string>

namespace cellwise::plugin {

/// Asks the daemon on its Unix socket. The broker has one thread, and it waits here: so never longer than the
/// patience. Keeps the connection from one question to the next.
class DaemonSocket {
 public:
    DaemonSocket(std::string path, Duration patience);
    ~DaemonSocket();
    DaemonSocket(const DaemonSocket&) = delete;
    DaemonSocket& operator=(const DaemonSocket&) = delete;

    /// Nothing when the daemon does not answer in time.
    std::optional<domain::mqtt::LoginVerdict> ask(domain::mqtt::LoginQuestion question);

 private:
    bool connect();
    void close();
    bool wait_for(short events, Timestamp until) const;
    bool send(const std::string& bytes, Timestamp until);
    std::optional<domain::mqtt::LoginAnswer> receive(Timestamp until);
    std::optional<domain::mqtt::LoginVerdict> try_once(const domain::mqtt::LoginQuestion& question, Timestamp until);

    const std::string path_;
    const Duration patience_;
    int socket_ = -1;
    std::uint32_t last_ = 0;
};

/// Monotonic: what ages and deadlines are measured by.
Timestamp steady_now();

}  // namespace cellwise::plugin
