// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/command_line.hpp"

#include <exception>
#include <iostream>
#include <unistd.h>
#include <variant>

namespace {

using namespace cellwise;
using namespace cellwise::sign;

struct Runner {
    Console& console;

    int operator()(const KeygenOptions& options) const { return console.finish(keygen(options, console)); }
    int operator()(const PackOptions& options) const { return console.finish(pack(options, console)); }
    int operator()(const SignOptions& options) const { return console.finish(sign::sign(options, console)); }
    int operator()(const VerifyOptions& options) const { return console.finish(verify(options, console)); }
    int operator()(const InspectOptions& options) const { return console.finish(inspect(options, console)); }
    int operator()(const ShowText& show) const {
        std::cout << show.text;
        return Console::kOk;
    }
    int operator()(const WrongUsage& wrong) const {
        std::cerr << wrong.text;
        return Console::kUsage;
    }
};

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto line = parse_command_line(argc, argv);
        Console console(std::cout, std::cerr, line.format, ::isatty(STDERR_FILENO) == 1);
        return std::visit(Runner{console}, line.command);
    } catch (const std::exception& error) {
        std::cerr << "cellwise-sign: " << error.what() << '\n';
        return Console::kRefused;
    }
}
