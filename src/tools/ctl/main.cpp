// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/command_line.hpp"
#include "tools/ctl/completion.hpp"
#include "tools/ctl/run_command.hpp"
#include "tools/shell/display_text.hpp"

#include <sys/ioctl.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <unistd.h>

namespace {

using namespace cellwise;
using namespace cellwise::ctl;

std::atomic<bool> end_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

void request_end(int) { end_requested = true; }

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

ScreenSize screen_size() {
    ::winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {.width = size.ws_col, .height = size.ws_row};
}

Output::Place place_of(const Command& command) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    const bool plain = command.no_color || environment("NO_COLOR") || environment("TERM") == "dumb";
    Output::Place place{.format = command.json ? Format::Json : Format::Words,
                        .colour = terminal && !plain ? shell::Colour::On : shell::Colour::Off,
                        .err_is_terminal = ::isatty(STDERR_FILENO) == 1};
    if (terminal) place.screen = screen_size;
    return place;
}

/// Signals end the sleep. They are only asked for by who sleeps: everything else simply ends at them.
bool wait_for(Duration duration) {
    struct sigaction action {};
    action.sa_handler = request_end;
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
    const auto milliseconds = duration.count();
    const ::timespec time{.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1'000'000};
    ::nanosleep(&time, nullptr);
    return !end_requested;
}

Duration elapsed() {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

ExitCode run(const Command& command) {
    Output output(std::cout, std::cerr, place_of(command));
    return run_command(command, output, {.environment = environment, .wait = wait_for, .elapsed = elapsed});
}

struct Runner {
    ExitCode operator()(const Command& command) const { return run(command); }
    ExitCode operator()(const ShowText& show) const {
        std::cout << show.text;
        return ExitCode::Done;
    }
    ExitCode operator()(const WrongUsage& wrong) const {
        std::cerr << wrong.text;
        return ExitCode::Usage;
    }
};

}  // namespace

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_DFL);  // "| head" ends us in silence
    try {
        if (argc > 1 && argv[1] == kCompleteCommand) {
            std::cout << completion_text(complete(std::vector<std::string>(argv + 2, argv + argc)));
            return 0;
        }
        const auto code = std::visit(Runner{}, parse_command_line(argc, argv));
        std::cout << std::flush;
        return static_cast<int>(std::cout ? code : ExitCode::Refused);
    } catch (const std::exception& error) {
        std::cerr << "cellwisectl: " << shell::escaped(error.what()) << '\n';
        return static_cast<int>(ExitCode::Refused);
    }
}
