// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/session_table.hpp"

#include <utility>

namespace cellwise::plugin {

SessionTable::Began SessionTable::begin(std::string_view device, std::string_view client_id, Connection connection) {
    // Should the broker ever reuse an object whose end it did not tell, its device is gone.
    end(connection);
    auto& session = sessions_[std::string(device)];
    Began began{.was_there = session.connection != nullptr};
    if (began.was_there) {
        devices_.erase(session.connection);
        if (session.client_id != client_id) began.kick = std::move(session.client_id);
    }
    session = {std::string(client_id), connection};
    devices_[connection] = device;
    return began;
}

std::optional<std::string> SessionTable::end(Connection connection) {
    const auto found = devices_.find(connection);
    if (found == devices_.end()) return std::nullopt;
    auto device = std::move(found->second);
    devices_.erase(found);
    sessions_.erase(device);
    return device;
}

const std::string* SessionTable::find(std::string_view device) const {
    const auto found = sessions_.find(std::string(device));
    return found == sessions_.end() ? nullptr : &found->second.client_id;
}

void SessionTable::for_each(const std::function<void(const std::string& device)>& work) const {
    for (const auto& [device, session] : sessions_) work(device);
}

}  // namespace cellwise::plugin
