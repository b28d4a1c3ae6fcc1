// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mqtt/login_desk.hpp"

#include "cellwise/base/result.hpp"

#include <filesystem>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace cellwise::mqtt {

/// Answers the broker's plugin on a Unix socket, on the loop (docs/mqtt.md, The plugin). At most kMostConnections; at
/// one more the one that was silent longest is closed.
class LoginServer {
 public:
    static constexpr std::size_t kMostConnections = 16;

    /// Takes the place of a socket that is there already. Error: InvalidInput "mqtt.logins_socket".
    static Result<std::unique_ptr<LoginServer>> open(boost::asio::io_context& loop, const std::filesystem::path& path,
                                                     const LoginDesk& desk);
    ~LoginServer();

 private:
    struct Impl;
    explicit LoginServer(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace cellwise::mqtt
