// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/mqtt.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cellwise::mqtt {

/// What waits to be published and what the broker has not confirmed yet. Neither calls anybody nor asks for the time.
class SendWindow {
 public:
    using Outcome = ports::MqttDownlink::Outcome;
    struct Limits {
        std::size_t in_flight = 100;   ///< more makes Paho slower, and beyond its own bound it throws
        std::size_t waiting = 50'000;  ///< beyond it nothing is taken
        Duration deadline{30'000};     ///< from push() to the broker's confirmation
    };
    struct Message {
        std::uint64_t number = 0;
        std::string topic{};
        std::string payload{};
    };
    /// Outcomes to be told, in the order of their messages.
    using Settled = std::vector<std::pair<Outcome, ports::DeliveryOutcome>>;

    explicit SendWindow(const Limits& limits) : limits_(limits) {}

    /// False when too many wait: then `outcome` is left as it was.
    bool push(std::string topic, std::string payload, Outcome& outcome, Timestamp now);
    /// What may be published now, in the order of the pushes.
    std::vector<Message> take();
    /// The broker has it, or never will. Of a message that is not in flight any more nothing comes.
    Settled settle(std::uint64_t number, ports::DeliveryOutcome outcome);
    /// What is past its deadline: GaveUp if it was in flight, and then the link is no good any more; else Asleep.
    struct Expired {
        Settled settled{};
        bool in_flight = false;
    };
    Expired expire(Timestamp now);
    /// The link is lost: GaveUp for what is in flight, Asleep for what waits.
    Settled drain();

    std::size_t in_flight() const { return in_flight_.size(); }
    std::size_t waiting() const { return waiting_.size(); }

 private:
    struct Waiting {
        Message message{};
        Outcome outcome{};
        Timestamp due{};
    };
    struct InFlight {
        Outcome outcome{};
        Timestamp due{};
    };

    const Limits limits_;
    std::uint64_t last_ = 0;
    std::deque<Waiting> waiting_{};
    std::unordered_map<std::uint64_t, InFlight> in_flight_{};
};

}  // namespace cellwise::mqtt
