// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json/writer.hpp"

#include "cellwise/domain/task.hpp"

#include <string>

/// A task as JSON.
namespace cellwise::rest {

void write_task(json::Writer& out, const domain::Task& task);
/// Without its targets, which may be thousands: for lists.
void write_task_row(json::Writer& out, const domain::Task& task);
std::string show_task(const domain::Task& task);

}  // namespace cellwise::rest
