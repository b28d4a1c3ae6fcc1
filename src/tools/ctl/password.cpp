// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/password.hpp"

#include "tools/shell/output_file.hpp"
#include "tools/shell/secret_prompt.hpp"

namespace cellwise::ctl {
namespace {

constexpr const char* kOtherwise = "give --password-file";
constexpr std::size_t kMostBytes = 1024;

}  // namespace

Result<std::string> secret_in_file(const std::string& file, const char* option) {
    auto text = shell::read_text(file, kMostBytes);
    if (!text) return text;
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    if (text->empty() || text->find('\n') != std::string::npos) {
        return invalid("usage.password", option, "the file of a password has one line", file);
    }
    return text;
}

Result<std::string> new_password(const Arguments& arguments) {
    if (const auto file = arguments.find("--password-file")) return secret_in_file(*file, "--password-file");
    auto first = shell::ask_secret("New password: ", kOtherwise);
    if (!first) return first;
    const auto again = shell::ask_secret("The same password again: ", kOtherwise);
    if (!again) return again.error();
    if (*first != *again) return invalid("usage.password", {}, "the two passwords are not the same");
    return first;
}

Result<std::string> known_password(const Arguments& arguments) {
    if (const auto file = arguments.find("--password-file")) return secret_in_file(*file, "--password-file");
    return shell::ask_secret("Password: ", kOtherwise);
}

}  // namespace cellwise::ctl
