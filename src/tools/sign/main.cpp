// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/command_line.hpp"

#include "cellwise/base/bytes.hpp"

#include <exception>
#include <iostream>
#include <string>

namespace {

using namespace cellwise;
using namespace cellwise::sign;

constexpr int kOk = 0;
constexpr int kRefused = 1;  // a rule is broken, a signature is not valid, a file cannot be used
constexpr int kUsage = 2;

int tell(const Status& status) {
    if (status) return kOk;
    const auto& error = status.error();
    std::cerr << "cellwise-sign: " << error.message;
    if (!error.value.empty()) std::cerr << ": " << printable(error.value);
    std::cerr << " [" << error.code << "]\n";
    return error.code.starts_with("usage.") ? kUsage : kRefused;
}

struct Runner {
    int operator()(const KeygenOptions& options) const { return tell(keygen(options, std::cout)); }
    int operator()(const PackOptions& options) const { return tell(pack(options, std::cout)); }
    int operator()(const SignOptions& options) const { return tell(sign::sign(options, std::cout, std::cerr)); }
    int operator()(const VerifyOptions& options) const { return tell(verify(options, std::cout)); }
    int operator()(const InspectOptions& options) const { return tell(inspect(options, std::cout)); }
    int operator()(const ShowText& show) const {
        std::cout << show.text;
        return kOk;
    }
    int operator()(const WrongUsage& wrong) const {
        std::cerr << wrong.text;
        return kUsage;
    }
};

}  // namespace

int main(int argc, char** argv) {
    try {
        return std::visit(Runner{}, parse_command_line(argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "cellwise-sign: " << error.what() << '\n';
        return kRefused;
    }
}
