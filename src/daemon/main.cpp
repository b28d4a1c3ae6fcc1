// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/log_sink.hpp"
#include "daemon/command_line.hpp"
#include "daemon/daemon.hpp"
#include "daemon/tls_parts.hpp"

#include <exception>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

std::vector<std::string> environment() {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
    return entries;
}

int run(int argc, char** argv) {
    using namespace cellwise;
    const auto parsed = daemon::parse_command_line(argc, argv);
    if (parsed.exit_code) return *parsed.exit_code;
    const auto read_config = [command = parsed.command, variables = environment()] {
        return daemon::load_config(command, variables);
    };
    const auto config = read_config();
    if (!config) {
        std::cerr << "cellwised: " << config.error().message << '\n';
        return 2;
    }
    if (parsed.command.print_config) return std::cout << daemon::to_toml(*config), 0;
    if (const auto files = daemon::TlsParts::check(*config); !files) {
        std::cerr << "cellwised: " << files.error().message << '\n';
        return 2;
    }
    if (parsed.command.check_config) return std::cout << "the configuration is valid\n", 0;

    log::set_level(config->log_level);
    const system::LogSink sink(config->log_format == daemon::LogFormat::Json ? system::LogFormat::Json
                                                                             : system::LogFormat::Text);
    const auto daemon = daemon::Daemon::start(*config, read_config);
    if (!daemon) {
        log::error("cellwised cannot start", {{"code", daemon.error().code}, {"reason", daemon.error().message}});
        return 1;
    }
    return (*daemon)->run();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "cellwised: " << error.what() << '\n';
        return 1;
    }
}
