// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/passphrase.hpp"

#include "tools/shell/output_file.hpp"
#include "tools/shell/secret_prompt.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>

namespace cellwise::sign {
namespace {

constexpr std::size_t kLeastLength = 6;
constexpr const char* kOtherwise = "give --passphrase-file or --passphrase-fd";
constexpr std::size_t kMostLength = 1'000;  // OpenSSL's own bound is 1,024 bytes

/// The one line in `text`. No message repeats any of it.
Result<std::string> line_of(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty() || text.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos) {
        return invalid("passphrase.malformed", {}, "the passphrase must be one line, and not empty");
    }
    if (text.size() > kMostLength) {
        return invalid("passphrase.malformed", {},
                       "a passphrase has at most " + std::to_string(kMostLength) + " bytes");
    }
    return text;
}

Result<std::string> read_descriptor(int descriptor) {
    std::string text;
    std::array<char, 256> piece{};
    while (text.size() <= kMostLength + 2) {
        const auto size = ::read(descriptor, piece.data(), piece.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            return internal_error("file.unreadable",
                                  "cannot read the passphrase from descriptor " + std::to_string(descriptor));
        }
        if (size == 0) break;
        text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return line_of(std::move(text));
}

/// From where it was said to be; nothing when that is the terminal.
Result<std::optional<std::string>> given_passphrase(const PassphraseSource& source) {
    if (!source.file && !source.descriptor) return std::optional<std::string>{};
    auto line = source.descriptor ? read_descriptor(*source.descriptor) : Result<std::string>(std::string{});
    if (source.file) {
        auto text = shell::read_text(*source.file, kMostLength + 2);
        if (!text) return text.error();
        line = line_of(std::move(*text));
    }
    if (!line) return line.error();
    return std::optional(std::move(*line));
}

}  // namespace

Status check_passphrase(std::string_view passphrase) {
    const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    if (static_cast<std::size_t>(std::ranges::count_if(passphrase, starts_character)) < kLeastLength) {
        return invalid("passphrase.short", {}, "a passphrase must have at least 6 characters");
    }
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_other = [&](char c) { return !is_lower(c) && !is_upper(c) && !is_digit(c); };
    const int classes =
        int{std::ranges::any_of(passphrase, is_lower)} + int{std::ranges::any_of(passphrase, is_upper)} +
        int{std::ranges::any_of(passphrase, is_digit)} + int{std::ranges::any_of(passphrase, is_other)};
    if (classes >= 2) return {};
    return invalid("passphrase.simple", {},
                   "a passphrase must mix at least two of lower-case letters, capitals, digits and other characters");
}

Result<std::optional<std::string>> new_passphrase(const PassphraseSource& source) {
    if (source.none) return std::optional<std::string>{};
    auto passphrase = given_passphrase(source);
    if (!passphrase) return passphrase;
    if (*passphrase) {
        if (const auto good = check_passphrase(**passphrase); !good) return good.error();
        return passphrase;
    }
    const auto typed = shell::ask_secret("Passphrase for the private key: ", kOtherwise);
    if (!typed) return typed.error();
    if (const auto good = check_passphrase(*typed); !good) return good.error();
    const auto again = shell::ask_secret("The same passphrase again: ", kOtherwise);
    if (!again) return again.error();
    if (*typed != *again) return invalid("passphrase.differs", {}, "the two passphrases are not the same");
    return std::optional(*typed);
}

Result<std::string> existing_passphrase(const PassphraseSource& source) {
    auto passphrase = given_passphrase(source);
    if (!passphrase) return passphrase.error();
    if (*passphrase) return std::move(**passphrase);
    return shell::ask_secret("Passphrase of the private key: ", kOtherwise);
}

}  // namespace cellwise::sign
