// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/command_inbox.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::sim {

bool CommandInbox::is_command(ByteView downlink) {
    return downlink.size() < 2 || downlink[0] != 0xFF || downlink[1] != 0xFE;
}

std::optional<Bytes> CommandInbox::take(ByteView command, bool is_upgrading) {
    ++record_.commands;
    if (is_upgrading) ++record_.while_upgrading;
    const auto json = nlohmann::json::parse(command.begin(), command.end(), nullptr, false);
    if (!json.is_object() || !json.contains("mid") || !json.at("mid").is_number_unsigned()) return std::nullopt;
    const auto answer = nlohmann::ordered_json{{"mid", json.at("mid")}, {"errcode", 0}}.dump();
    return Bytes(answer.begin(), answer.end());
}

}  // namespace cellwise::sim
