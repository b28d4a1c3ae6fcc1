// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.hpp"
#include "tools/sim/command_line.hpp"
#include "tools/sim/fleet.hpp"
#include "tools/sim/fleet_run.hpp"
#include "tools/sim/mqtt/fleet.hpp"
#include "tools/sim/mqtt/report_json.hpp"
#include "tools/sim/report_json.hpp"
#include "tools/sim/report_text.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <unistd.h>
#include <vector>

namespace {

using namespace cellwise;
using namespace cellwise::sim;

constexpr int kUsage = 2;

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

void request_stop(int) { stop_requested = true; }

void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

RunOptions run_options_of(const Plan& plan, bool has_mqtt) {
    RunOptions options{.until_done = plan.until_done,
                       .timeout = plan.timeout,
                       .report_interval = plan.report_interval,
                       .limits = plan.limits,
                       .seed = plan.seed};
    if (!has_mqtt) options.limits.no_cell = 0;  // LwM2M devices without a cell are not to be upgraded at all
    return options;
}

int run_fleet(const Command& command) {
    const system::MonotonicClock clock;
    const auto time_of_day = system::SystemClock().now() - clock.now();
    ConcurrencyMeter meter;
    std::optional<Fleet> lwm2m;
    std::optional<mqtt::Fleet> mqtt;
    std::vector<FleetPart*> parts;
    if (command.has_lwm2m()) parts.push_back(&lwm2m.emplace(command.plan, meter));
    if (command.has_mqtt()) parts.push_back(&mqtt.emplace(command.mqtt, meter, time_of_day));
    FleetRun fleet(parts, meter, run_options_of(command.plan, command.has_mqtt()), clock, &std::cerr);
    stop_on_signals();
    if (const auto ran = fleet.run(stop_requested); !ran) {
        std::cerr << "cellwise-sim: " << ran.error().message << (ran.error().value.empty() ? "" : ": ")
                  << printable(ran.error().value) << '\n';
        return 1;
    }
    const auto report = fleet.report();
    const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    std::cout << render_report(report, colour ? Colour::On : Colour::Off) << std::flush;
    if (!command.json_file.empty()) {
        std::ofstream file(command.json_file, std::ios::binary);
        if (!(file << report_as_json(report) << std::flush)) {
            std::cerr << "cellwise-sim: --json: cannot write " << printable(command.json_file) << '\n';
            return 1;
        }
    }
    return report.exit_code();
}

int run(const Command& command) {
    switch (command.what) {
        case Command::What::Run:
            return run_fleet(command);
        case Command::What::ListCsv:
            if (command.has_lwm2m()) std::cout << scripts_as_csv(make_scripts(command.plan));
            if (command.has_mqtt()) std::cout << mqtt::scripts_as_csv(mqtt::make_scripts(command.mqtt));
            return 0;
        case Command::What::ListNdjson:
            if (command.has_lwm2m()) std::cout << scripts_as_ndjson(make_scripts(command.plan));
            if (command.has_mqtt()) std::cout << mqtt::scripts_as_ndjson(mqtt::make_scripts(command.mqtt));
            return 0;
        case Command::What::Help:
            std::cout << command.text;
            return 0;
        case Command::What::Wrong:
            std::cerr << command.text;
            return kUsage;
    }
    return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(parse_command_line(argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "cellwise-sim: " << error.what() << '\n';
        return 1;
    }
}
