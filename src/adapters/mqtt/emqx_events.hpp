// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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

/// Which session is a device's present one: EMQX tells of each, and in no certain order when one takes over from
/// another. Loop thread only.
class EmqxSessions {
 public:
    static constexpr std::size_t kMost = 1'000'000;

    /// What a message on one of the topics above means for its device; nothing for other topics, for clients that are
    /// no devices, and for the end of a session that is not the present one.
    std::optional<Presence> take(std::string_view topic, std::string_view payload);
    void clear() { sessions_.clear(); }

 private:
    std::unordered_map<std::string, std::string> sessions_{};  ///< client id by user name
};

}  // namespace cellwise::mqtt
