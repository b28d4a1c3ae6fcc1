// SPDX-License-Identifier: Apache-2.0
#include "daemon/command_line.hpp"

#include "adapters/system/toml_file.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <utility>

namespace cellwise::daemon {
namespace {

constexpr auto kDefaultFile = "/etc/cellwise/cellwised.toml";

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
    ParsedCommandLine parsed;
    auto& command = parsed.command;
    CLI::App app{"cellwised upgrades the software of IoT devices over the air, cell by cell.", "cellwised"};
    app.add_option("--config", command.config_file, "Configuration file")->type_name("FILE");
    app.add_option("--set", command.sets, "One setting, over those of the file and of the environment")
        ->type_name("SECTION.KEY=VALUE");
    app.add_flag("--check-config", command.check_config, "Check the configuration and leave");
    app.add_flag("--print-config", command.print_config, "Print the configuration in force and leave");
    app.set_version_flag("--version", std::string("cellwised ") + CELLWISE_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked = error.get_exit_code() == 0;  // --help, --version
        app.exit(error);
        parsed.exit_code = asked ? 0 : 2;
    }
    return parsed;
}

Result<Config> load_config(const CommandLine& command, const std::vector<std::string>& environment) {
    std::vector<Setting> settings;
    if (command.config_file || std::filesystem::exists(kDefaultFile)) {
        auto from_file = system::read_toml_file(command.config_file.value_or(kDefaultFile));
        if (!from_file) return from_file.error();
        settings = std::move(*from_file);
    }
    for (const auto& entry : environment) {
        const auto equals = entry.find('=');
        const auto key = key_of_environment(entry.substr(0, equals));
        if (key.empty() || equals == std::string::npos) continue;
        settings.push_back({.key = key,
                            .value = system::read_toml_value(entry.substr(equals + 1)),
                            .origin = entry.substr(0, equals)});
    }
    for (const auto& set : command.sets) {
        const auto equals = set.find('=');
        if (equals == std::string::npos || equals == 0) {
            return invalid("config.set", "--set", "--set " + printable(set) + ": must be section.key=value");
        }
        settings.push_back({.key = set.substr(0, equals),
                            .value = system::read_toml_value(set.substr(equals + 1)),
                            .origin = "--set"});
    }
    return make_config(settings);
}

}  // namespace cellwise::daemon
