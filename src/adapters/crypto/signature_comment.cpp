// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/signature_comment.hpp"

#include "cellwise/base/base64.hpp"

#include <algorithm>
#include <optional>

namespace cellwise::crypto {
namespace {

constexpr std::string_view kMagic = "cellwise-signature/1";
constexpr std::size_t kMostShown = 80;

Error malformed(std::string field, std::string rule, std::string_view value) {
    return invalid("signature.malformed", std::move(field), std::move(rule), printable(value.substr(0, kMostShown)));
}

/// Takes the next line's text off `rest`; nothing when no LF ends it.
std::optional<std::string_view> take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

/// The value of the line "<name>: <value>".
Result<std::string_view> take_value(std::string_view& rest, std::string_view name) {
    const auto line = take_line(rest);
    if (!line) return malformed(std::string(name), "the line must be there and end in LF", rest);
    if (!line->starts_with(name) || line->substr(name.size(), 2) != ": ") {
        return malformed(std::string(name), "the line must begin with \"" + std::string(name) + ": \"", *line);
    }
    return line->substr(name.size() + 2);
}

bool is_fingerprint(std::string_view text) {
    return text.size() == 64 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string format_signature_comment(const SignatureComment& comment) {
    std::string text(kMagic);
    text.append("\nalgorithm: ").append(to_string(comment.algorithm));
    text.append("\nkey: ").append(comment.fingerprint);
    text.append("\nsignature: ").append(to_base64(comment.signature)).append("\n");
    return text;
}

Result<SignatureComment> parse_signature_comment(std::string_view text) {
    if (text.size() > kMaxCommentSize) {
        return malformed({}, "a signature has at most " + std::to_string(kMaxCommentSize) + " bytes",
                         std::to_string(text.size()));
    }
    auto rest = text;
    if (take_line(rest) != kMagic) {
        return malformed({}, "the archive comment must begin with the line \"" + std::string(kMagic) + "\"", text);
    }
    const auto algorithm_name = take_value(rest, "algorithm");
    if (!algorithm_name) return algorithm_name.error();
    const auto algorithm = parse_algorithm(*algorithm_name);
    if (!algorithm)
        return malformed("algorithm", "must be one of the five that docs/packages.md names", *algorithm_name);

    const auto fingerprint = take_value(rest, "key");
    if (!fingerprint) return fingerprint.error();
    if (!is_fingerprint(*fingerprint)) return malformed("key", "must be 64 lower-case hex digits", *fingerprint);

    const auto encoded = take_value(rest, "signature");
    if (!encoded) return encoded.error();
    auto signature = from_base64(*encoded);
    if (!signature || signature->empty()) return malformed("signature", "must be canonical base64", *encoded);
    if (!rest.empty()) return malformed({}, "nothing may follow the four lines", rest);

    return SignatureComment{
        .algorithm = *algorithm, .fingerprint = std::string(*fingerprint), .signature = std::move(*signature)};
}

}  // namespace cellwise::crypto
