// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace cellwise::http {

class Connection;

/// The TLS handshakes under way. At one too many the oldest is closed: whoever takes its time takes it from its own
/// like, and a newcomer is never turned away for strangers that say nothing. Callable from any thread.
class Handshakes {
 public:
    explicit Handshakes(std::size_t most) : most_(most) {}

    std::size_t under_way() const;

    /// One handshake, from now until its end.
    class Turn {
     public:
        Turn(Handshakes& all, const std::shared_ptr<Connection>& connection);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

     private:
        Handshakes& all_;
        std::uint64_t number_ = 0;
    };

 private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, std::weak_ptr<Connection>> under_way_;
};

}  // namespace cellwise::http
