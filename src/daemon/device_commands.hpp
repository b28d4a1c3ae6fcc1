// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command_service.hpp"
#include "app/upgrade_engine.hpp"

#include <functional>
#include <utility>

namespace cellwise::daemon {

/// Commands to devices, and how they share a device with its upgrade: each asks the other before it begins.
struct DeviceCommands {
    app::CommandDesk desk;
    app::CommandService service;

    DeviceCommands(const app::CommandDesk::Needs& needs, ports::Random& random, app::UpgradeEngine& engine,
                   std::function<void()> pushes_committed, Duration keep)
        : desk(needs, hooks_of(engine, std::move(pushes_committed)), keep),
          service(needs, random, desk, [&engine](const DeviceId& device) { engine.offer_turn(device); }) {}

 private:
    static app::CommandDesk::Hooks hooks_of(app::UpgradeEngine& engine, std::function<void()> pushes_committed) {
        return {.device_heard = [&engine](const DeviceId& device) { engine.on_heard(device); },
                .is_upgrading = [&engine](const DeviceId& device) { return engine.occupies(device); },
                .pushes_committed = std::move(pushes_committed)};
    }
};

}  // namespace cellwise::daemon
