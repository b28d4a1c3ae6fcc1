// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/config.hpp"

#include "cellwise/base/result.hpp"

#include <functional>
#include <memory>

namespace cellwise::daemon {

/// Reads the configuration anew from where it came.
using ReadConfig = std::function<Result<Config>()>;

/// The whole of cellwised, wired: the only place that knows every part.
class Daemon {
 public:
    /// Opens the database, recovers what was under way, binds every listener. Errors: those of the parts, with the
    /// configuration key that led there in the message. `read_config` is called at SIGHUP.
    static Result<std::unique_ptr<Daemon>> start(const Config& config, ReadConfig read_config);
    ~Daemon();

    /// Serves until SIGTERM or SIGINT, or until storing fails for good. The exit code.
    int run();

 private:
    struct Parts;
    explicit Daemon(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace cellwise::daemon
