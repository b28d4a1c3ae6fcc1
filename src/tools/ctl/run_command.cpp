// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/run_command.hpp"

#include "tools/ctl/advice.hpp"
#include "tools/ctl/session.hpp"

#include <algorithm>

namespace cellwise::ctl {

ExitCode run_command(const Command& command, Output& output, const Machine& machine) {
    const auto settings = settle(command.wishes, machine.environment);
    if (!settings) return output.fail(settings.error(), {}, {});
    if (const auto warning = clear_text_warning(*settings)) {
        output.note("cellwisectl: warning: " + warning->message + " [" + warning->code + ']');
    }
    if (!std::ranges::all_of(command.idempotency_key, [](char c) { return c > ' ' && c < 0x7F; })) {
        return output.fail(invalid("usage.idempotency_key", "--idempotency-key",
                                   "must be one word of visible characters", command.idempotency_key),
                           {}, {});
    }
    ApiClient api(*settings);
    api.set_idempotency_key(command.idempotency_key);
    Session session{
        .api = api, .output = output, .settings = *settings, .wait = machine.wait, .elapsed = machine.elapsed};
    const auto done = command.verb->run(command.arguments, session);
    if (done) return ExitCode::Done;
    return output.fail(done.error(), api.refusal(), advice_for(done.error(), *settings));
}

}  // namespace cellwise::ctl
