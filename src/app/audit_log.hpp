// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/audit.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/http.hpp"

#include <memory>

namespace cellwise::app {

/// Writes down each call that changes something. Its entry stands in the store's line before the call is begun, and
/// so is durable no later than what the call changes; what came of it is filled in when the call is answered.
/// Callable from any thread.
class AuditLog {
 public:
    AuditLog(ports::Database& database, ports::Clock& clock);
    ~AuditLog();
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;

    /// What was under way when the daemon stopped has an unknown outcome. Once, before the first call.
    void give_up_open();

    /// Begins an entry; time and outcome are filled in here. What is returned answers the call in the place of
    /// `respond` and writes down what came of it; dropped without an answer it says that the call broke off. Where no
    /// target is given, what the answer says was made is it. Error: TooMany "database.queue_full": the call must not
    /// be begun.
    Result<ports::Respond> begin(domain::AuditEntry entry, ports::Respond respond);

 private:
    struct Core;
    class Open;

    std::shared_ptr<Core> core_;
};

/// The id in an answer that begins with one, as every answer does that tells of something that was made:
/// {"taskId":"…". Empty when there is none.
std::string made_id(std::string_view body);

}  // namespace cellwise::app
