// SPDX-License-Identifier: Apache-2.0
#include "sign_tool.hpp"

#include "tests/adapters/archive/zip_builder.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

namespace cellwise::sign {
namespace {

int exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

/// What the terminal shows until it shows `wanted`, or until it is closed.
std::string read_until(int terminal, std::string_view wanted) {
    std::string shown;
    std::array<char, 256> piece{};
    while (wanted.empty() || shown.find(wanted) == std::string::npos) {
        ::pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, 60'000) <= 0) break;
        const auto size = ::read(terminal, piece.data(), piece.size());
        if (size <= 0) break;
        shown.append(piece.data(), static_cast<std::size_t>(size));
    }
    return shown;
}

}  // namespace

SignTool::Outcome SignTool::run(const std::string& arguments, const std::string& input) {
    const auto command =
        "cd " + files_.path().string() + " && " CELLWISE_SIGN " " + arguments + " >.stdout 2>.stderr <" + input;
    Outcome outcome{.status = exit_status(std::system(command.c_str()))};
    outcome.out = files_.read(files_ / ".stdout");
    outcome.err = files_.read(files_ / ".stderr");
    std::filesystem::remove(files_ / ".stdout");
    std::filesystem::remove(files_ / ".stderr");
    return outcome;
}

SignTool::Outcome SignTool::run_at_terminal(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& answers) {
    int terminal = -1;
    const auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        std::string program = CELLWISE_SIGN;
        std::vector<std::string> words = arguments;
        std::vector<char*> argv{program.data()};
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        if (::chdir(files_.path().c_str()) == 0) ::execv(program.c_str(), argv.data());
        ::_exit(127);
    }
    Outcome outcome;
    for (const auto& answer : answers) {
        outcome.out += read_until(terminal, ": ");
        EXPECT_EQ(::write(terminal, answer.data(), answer.size()), static_cast<::ssize_t>(answer.size()));
    }
    outcome.out += read_until(terminal, "");
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    outcome.status = exit_status(status);
    return outcome;
}

void SignTool::make_key(const std::string& folder, const std::string& algorithm) {
    const auto made = run("keygen --algorithm " + algorithm + " --no-passphrase --out " + folder);
    ASSERT_EQ(made.status, 0) << made.err;
}

void SignTool::write_parts(const std::string& payload, const std::string& from, const std::string& to) {
    auto json = test::a_description();
    if (!from.empty()) json.replace(json.find(from), from.size(), to);
    files_.write("UpgradeDesc.json", json);
    files_.write("firmware.bin", payload);
}

void SignTool::make_package(const std::string& name) {
    write_parts();
    const auto packed = run("pack --desc UpgradeDesc.json --file firmware.bin --out " + name);
    ASSERT_EQ(packed.status, 0) << packed.err;
}

}  // namespace cellwise::sign
