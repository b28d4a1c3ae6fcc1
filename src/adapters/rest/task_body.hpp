// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/task_service.hpp"
#include "json/document.hpp"

namespace cellwise::rest {

/// {name, fileId, targets, policy?}: the body of POST /tasks.
Result<app::NewTask> read_new_task(const json::Document& body);

}  // namespace cellwise::rest
