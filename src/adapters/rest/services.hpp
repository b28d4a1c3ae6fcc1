// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/cell_limiter.hpp"
#include "cellwise/ports/certificates.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/metrics.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::app {
class AccessService;
class AnswerKeeper;
class AuditLog;
class Authenticator;
class CatalogService;
class DeviceService;
class EventHub;
class GroupService;
class OperatorService;
class PackageIntake;
class PackageService;
class PushService;
class TaskService;
class Throttle;
}  // namespace cellwise::app

namespace cellwise::rest {

/// The limiter's queues in order of their keys, at most `limit` after `after`. Called on the loop.
using CellsView = std::function<std::vector<domain::CellLimiter::Usage>(const std::optional<domain::CellKey>& after,
                                                                        std::size_t limit)>;

/// One thing that has to work before the daemon may be sent traffic.
struct ReadyCheck {
    std::string name{};
    bool ok = false;
    std::string detail{};
    bool needed = true;  ///< without it the daemon is not ready
};
/// Called on HTTP threads, several at once.
using ReadinessView = std::function<std::vector<ReadyCheck>()>;

/// What the API needs. The services run on the loop only, unless it is said here; the rest is used from HTTP threads.
/// All outlive the handler.
struct Services {
    ports::Database& database;
    ports::Executor& loop;
    ports::Clock& clock;
    ports::Metrics& metrics;
    const app::Authenticator& authenticator;
    app::AccessService& access;
    const ports::CertificateReader& certificates;
    app::CatalogService& catalog;
    app::DeviceService& devices;
    app::GroupService& groups;
    app::PackageIntake& intake;
    app::PackageService& packages;
    app::TaskService& tasks;
    CellsView cells;
    ReadinessView readiness;
    /// Called before the metrics are told, on HTTP threads, several at once: for figures that cost too much to be
    /// kept up to date when nobody looks.
    std::function<void()> refresh_metrics = [] {};
    // Used from HTTP threads.
    ports::Hashing& hashing;
    app::OperatorService& operators;
    app::AuditLog& audit;
    app::AnswerKeeper& answers;
    app::Throttle& throttle;   ///< of applications, for their calls here as for those of their own API
    app::PushService& pushes;  ///< on the loop
    app::EventHub* events = nullptr;
};

}  // namespace cellwise::rest
