// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/executor.hpp"

namespace cellwise::app {
class AccessService;
class AuditLog;
class Authenticator;
class CommandService;
class DeviceService;
class GroupService;
class PackageService;
class SubscriptionService;
class TaskService;
class Throttle;
}  // namespace cellwise::app

namespace cellwise::northbound {

/// What the application servers' face needs. The services run on the loop only; the rest is used from HTTP threads.
/// All outlive the handler.
struct Services {
    ports::Database& database;
    ports::Executor& loop;
    ports::Clock& clock;
    const app::Authenticator& authenticator;
    app::AccessService& access;
    app::DeviceService& devices;
    app::GroupService& groups;
    app::PackageService& packages;
    app::SubscriptionService& subscriptions;
    app::TaskService& tasks;
    app::Throttle& throttle;  ///< callable from any thread
    app::CommandService& commands;
    app::AuditLog& audit;  ///< used from HTTP threads
};

}  // namespace cellwise::northbound
