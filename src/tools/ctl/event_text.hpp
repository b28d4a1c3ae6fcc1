// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/event_reader.hpp"
#include "tools/shell/tone.hpp"

#include "cellwise/base/result.hpp"

#include <string>

namespace cellwise::ctl {

/// An event of /api/v1/events for people: safe for a terminal, a line each, of which the cells' have several. What a
/// later release says is shown by its name. Errors: "answer.foreign" for data that are no JSON object.
Result<std::string> event_lines(const StreamedEvent& event, Duration watched, shell::Colour colour);
/// The same for programs, in one line: {"id", "event", "data"}, the data as they came.
Result<std::string> event_json(const StreamedEvent& event);

}  // namespace cellwise::ctl
