// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/device_machine.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

struct mosquitto;

namespace cellwise::sim::mqtt {

struct BrokerAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 1883;
    bool tls = false;
    std::string ca_file{};  ///< with TLS
    bool insecure = false;  ///< with TLS: whoever it is
};

struct SessionAccepted {};
struct SessionRefused {
    int code = 0;  ///< CONNACK's
};
struct SessionClosed {};
struct MessageArrived {
    std::string topic{};
    std::string payload{};
};
struct MessageConfirmed {
    int id = 0;
};
using SessionEvent = std::variant<SessionAccepted, SessionRefused, SessionClosed, MessageArrived, MessageConfirmed>;

/// One connection to the broker, MQTT 3.1.1 with a clean session, moved by whoever watches its descriptor. What
/// happened is kept until take_events(). Destroyed without leave(), it breaks off without a DISCONNECT.
class BrokerSession {
 public:
    /// Errors: Unavailable "sim.broker" with the reason.
    static Result<std::unique_ptr<BrokerSession>> open(const BrokerAddress& broker, const std::string& username,
                                                       const Connect& how, int keepalive_seconds);
    BrokerSession(const BrokerSession&) = delete;
    BrokerSession& operator=(const BrokerSession&) = delete;
    ~BrokerSession();

    int descriptor() const;
    bool wants_write() const;
    void read();
    void write();
    /// Several times per keepalive: pings, and notices that the broker is gone.
    void keep_alive();

    /// QoS 1; the id that MessageConfirmed will bear, or nothing when the connection is gone.
    std::optional<int> publish(const std::string& topic, const std::string& payload);
    void subscribe(const std::string& topic);
    void leave();

    std::vector<SessionEvent> take_events() { return std::exchange(events_, {}); }

 private:
    struct Callbacks;
    BrokerSession() = default;
    void close();

    mosquitto* client_ = nullptr;
    bool is_closed_ = false;
    std::vector<SessionEvent> events_;
};

}  // namespace cellwise::sim::mqtt
