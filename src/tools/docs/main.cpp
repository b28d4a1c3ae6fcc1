// SPDX-License-Identifier: Apache-2.0
// Writes the pages that are generated from code; scripts/generate_docs calls it, tests hold the pages against the
// code.
#include "daemon/config.hpp"

#include "cellwise/domain/command.hpp"
#include "cellwise/domain/job_machine.hpp"

#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: cellwise-docs ROOT_OF_THE_PROJECT\n";
        return 2;
    }
    const std::string root = argv[1];
    std::ofstream(root + "/docs/states.md")
        << cellwise::domain::describe_job_table() << cellwise::domain::describe_command_table();
    std::ofstream(root + "/docs/config.md") << cellwise::daemon::config_page();
    std::ofstream(root + "/config/cellwised.toml") << cellwise::daemon::commented_toml();
}
