// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/job_machine.hpp"
#include "cellwise/ports/database.hpp"

namespace cellwise::app {

/// Puts what a step publishes into the outbox, in the transaction that commits the step, if the job's application has
/// subscribed to it. Other effects publish nothing.
Status append_push(ports::Transaction& tx, const domain::Job& job, const domain::UpgradePlan& plan,
                   const domain::Effect& effect, Timestamp now);

}  // namespace cellwise::app
