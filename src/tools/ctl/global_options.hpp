// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

namespace cellwise::ctl {

/// Those that stand with any command, before or behind it.
inline const std::vector<Parameter>& global_options() {
    static const std::vector<Parameter> options{
        {"--server", "the daemon's address; http://127.0.0.1:8080 if nothing says another"},
        {"--token", "the token itself; others see it in the list of processes"},
        {"--token-file", "a file with the token, such as the daemon's admin.token", Takes::File},
        {"--ca", "a PEM file: the certificate, or its authority, to be trusted", Takes::File},
        {"--cert", "our own certificate, where the daemon wants one", Takes::File},
        {"--key", "its private key", Takes::File},
        {"--idempotency-key", "a call that creates is done once, however often it is sent with this word"},
        {"--json", "the API's own JSON on standard output", Takes::Flag},
        {"--no-color", "no colours, also on a terminal", Takes::Flag},
        {"--version", "the version of this program", Takes::Flag},
    };
    return options;
}

}  // namespace cellwise::ctl
