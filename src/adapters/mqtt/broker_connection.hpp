// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cellwise::mqtt {

/// What happens on a connection to the broker. All on the loop, in order, and nothing of a connection that was
/// closed.
class BrokerEvents {
 public:
    virtual ~BrokerEvents() = default;
    virtual void on_connected() = 0;
    /// It could not be made, or is gone; close() is not answered by it.
    virtual void on_disconnected(const std::string& reason) = 0;
    /// Does the broker let us have what is needed?
    virtual void on_subscribed(bool granted) = 0;
    /// A message of ours is with the broker, or never will be.
    virtual void on_published(std::uint64_t number, bool confirmed) = 0;
    virtual void on_message(const std::string& topic, const std::string& payload) = 0;
    /// After some of the above: whoever gathers may act now.
    virtual void on_batch_end() = 0;
};

/// One connection to a broker, without memory: what was not confirmed when it ends is lost. Loop thread only; no call
/// blocks, and no event comes inside a call.
class BrokerConnection {
 public:
    virtual ~BrokerConnection() = default;
    /// The events go there; once, before anything else.
    virtual void listen(BrokerEvents& events) = 0;
    virtual void connect() = 0;
    virtual void close() = 0;
    /// With QoS 1. The first `needed` must be granted; the others are welcome.
    virtual void subscribe(std::vector<std::string> filters, std::size_t needed) = 0;
    /// With QoS 1, not retained.
    virtual void publish(std::uint64_t number, std::string topic, std::string payload) = 0;
};

}  // namespace cellwise::mqtt
