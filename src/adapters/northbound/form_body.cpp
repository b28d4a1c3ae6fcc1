// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/form_body.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::northbound {
namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            result += ' ';
        } else if (text[i] == '%') {
            Bytes byte;
            if (!from_hex(text.substr(i + 1, 2), byte) || byte.size() != 1) return std::nullopt;
            result += static_cast<char>(byte.front());
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

}  // namespace

std::optional<std::string> form_field(std::string_view body, std::string_view name) {
    while (!body.empty()) {
        const auto pair = body.substr(0, body.find('&'));
        body.remove_prefix(pair.size() < body.size() ? pair.size() + 1 : body.size());
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || decoded(pair.substr(0, equals)) != name) continue;
        return decoded(pair.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace cellwise::northbound
