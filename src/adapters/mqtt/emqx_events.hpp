// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cellwise::mqtt {

/// `$SYS/brokers/{node}/clients/{clientid}/connected` and `…/disconnected`, as EMQX publishes them.
inline constexpr std::string_view kEmqxConnected = "$SYS/brokers/+/clients/+/connected";
inline constexpr std::string_view kEmqxDisconnected = "$SYS/brokers/+/clients/+/disconnected";

struct Presence {
    std::string device{};
    bool online = false;
    friend bool operator==(const Presence&, const Presence&) = default;
};

/// A session of a device began or ended, as EMQX tells it.
struct EmqxEvent {
    std::string device{};  ///< the user name; has passed is_device_name
    std::string client_id{};
    bool connected = false;
    std::string reason{};           ///< of an end
    std::int64_t connected_at = 0;  ///< of a beginning, in its milliseconds: 0 when it is not said
    friend bool operator==(const EmqxEvent&, const EmqxEvent&) = default;
};
/// A message on one of the topics above; nothing for other topics, and for clients that are no devices.
std::optional<EmqxEvent> read_emqx_message(std::string_view topic, std::string_view payload);
/// What the rule of docs/mqtt.md sends by HTTP. Nothing inside: a client that is no device. Errors: InvalidInput.
Result<std::optional<EmqxEvent>> read_emqx_rule(std::string_view body);

/// Which session is a device's present one: EMQX tells of each, in no certain order when one takes over from another,
/// and of one event twice where it does so by topic and by rule. Loop thread only.
class EmqxSessions {
 public:
    static constexpr std::size_t kMost = 1'000'000;

    /// What it means for its device; nothing when it is known already, and for the end of a session that is not the
    /// present one.
    std::optional<Presence> take(const EmqxEvent& event);
    void clear() { sessions_.clear(); }

 private:
    struct Session {
        std::string client_id{};
        std::int64_t connected_at = 0;
    };
    std::unordered_map<std::string, Session> sessions_{};  ///< by user name
};

}  // namespace cellwise::mqtt
