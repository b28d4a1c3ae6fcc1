// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/request_target.hpp"

#include "cellwise/base/bytes.hpp"

#include <optional>

namespace cellwise::http {
namespace {

Error malformed_target(std::string message, std::string_view value) {
    return invalid("http.target.malformed", "request target", std::move(message), printable(value.substr(0, 200)));
}

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

std::optional<char> decode_escape(std::string_view escape) {
    if (escape.size() < 3) return std::nullopt;
    const auto high = hex_digit(escape[1]);
    const auto low = hex_digit(escape[2]);
    if (!high || !low) return std::nullopt;
    return static_cast<char>(*high * 16 + *low);
}

enum class Plus { Plus, Blank };

Result<std::string> decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '+' && plus == Plus::Blank) {
            out += ' ';
        } else if (c == '\0') {
            return malformed_target("a zero byte is not allowed", text);
        } else if (c != '%') {
            out += c;
        } else {
            const auto decoded = decode_escape(text.substr(i));
            if (!decoded) return malformed_target("'%' must be followed by two hex digits", text);
            if (*decoded == '\0') return malformed_target("%00 is not allowed", text);
            out += *decoded;
            i += 2;
        }
    }
    return out;
}

bool has_foreign_byte(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7F || c == '#') return true;
    }
    return false;
}

/// RFC 9112, 3.2.2: a server must accept `http://authority/path`.
std::string_view without_authority(std::string_view target) {
    const auto scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos || scheme > target.find_first_of("/?"))
        return target;
    const auto rest = target.find_first_of("/?", scheme + 3);
    return rest == std::string_view::npos ? "/" : target.substr(rest);
}

bool has_escaped_slash(std::string_view path) {
    return path.find("%2F") != std::string_view::npos || path.find("%2f") != std::string_view::npos;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> out;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.empty()) continue;
        const auto equals = std::min(part.find('='), part.size());
        auto name = decode(part.substr(0, equals), Plus::Blank);
        if (!name) return name.error();
        auto value = decode(part.substr(std::min(equals + 1, part.size())), Plus::Blank);
        if (!value) return value.error();
        out.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

Result<RequestTarget> parse_request_target(std::string_view target) {
    if (has_foreign_byte(target)) return malformed_target("only visible ASCII without '#' is allowed", target);
    const auto origin = without_authority(target);
    if (!origin.starts_with('/') && !(origin.starts_with('?') && origin.size() < target.size())) {
        return malformed_target("must start with '/'", target);
    }
    const auto question = std::min(origin.find('?'), origin.size());
    const auto raw_path = question == 0 ? std::string_view{"/"} : origin.substr(0, question);
    if (has_escaped_slash(raw_path)) return malformed_target("%2F is not allowed in the path", target);
    auto path = decode(raw_path, Plus::Plus);
    if (!path) return path.error();
    auto query = parse_query(origin.substr(std::min(question + 1, origin.size())));
    if (!query) return query.error();
    return RequestTarget{.path = std::move(*path), .query = std::move(*query)};
}

}  // namespace cellwise::http
