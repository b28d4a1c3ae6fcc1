// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/event_follow.hpp"
#include "tools/ctl/resources.hpp"

namespace cellwise::ctl {

Resource events_commands() {
    using enum Takes;
    using enum Need;
    return {"events",
            "",
            "what changes, while it changes, until Ctrl-C",
            {{"",
              "",
              {{"--task", "of tasks only this one, by its id, and its jobs"},
               {"--only", "only these; may be repeated", Text, AnyNumber, {"task", "job", "cells"}},
               {"--since", "begin behind the event of this id, if it is still known"},
               {"--for", "end after so many seconds", Number}},
              follow_events}}};
}

}  // namespace cellwise::ctl
