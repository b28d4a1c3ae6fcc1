// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cellwise::plugin {

/// Which connection is a device's present one. Mosquitto tells of ends late, twice or of others: when a client id is
/// taken over, the new one is asked about before the old one ends; a session that goes on ends once more, stale; a
/// refused login ends without a client id. What tells them apart is the broker's object of the connection, so that is
/// what is remembered.
class SessionTable {
 public:
    /// A connection as the broker names it; only compared.
    using Connection = const void*;

    struct Began {
        bool was_there = false;             ///< the device had a session already
        std::optional<std::string> kick{};  ///< the client id of the older session, which the broker does not end
    };
    Began begin(std::string_view device, std::string_view client_id, Connection connection);
    /// The device that went offline by it; nothing when it was no present connection.
    std::optional<std::string> end(Connection connection);

    /// The client id of its present session.
    const std::string* find(std::string_view device) const;
    std::size_t size() const { return sessions_.size(); }
    void for_each(const std::function<void(const std::string& device)>& work) const;

 private:
    struct Session {
        std::string client_id{};
        Connection connection = nullptr;
    };
    std::unordered_map<std::string, Session> sessions_{};
    std::unordered_map<Connection, std::string> devices_{};
};

}  // namespace cellwise::plugin
