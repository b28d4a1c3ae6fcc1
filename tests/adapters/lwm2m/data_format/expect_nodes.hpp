// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cellwise::lwm2m::data_format {

inline Bytes from_hex_text(std::string_view hex) {
    Bytes bytes;
    EXPECT_TRUE(from_hex(hex, bytes)) << hex;
    return bytes;
}

inline std::string text_of(const Value& value) {
    struct Printer {
        std::string operator()(std::int64_t number) const { return "int " + std::to_string(number); }
        std::string operator()(double number) const { return "real " + std::to_string(number); }
        std::string operator()(const std::string& text) const { return "text " + printable(text); }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(const Bytes& bytes) const { return "bytes " + to_hex(bytes); }
    };
    return std::visit(Printer{}, value);
}

/// One line a node, or the error's code: a failure shows all of it.
inline std::string text_of(const Result<Nodes>& nodes) {
    if (!nodes) return nodes.error().code;
    std::string text;
    for (const auto& node : *nodes) text += node.path.text() + " " + text_of(node.value) + "\n";
    return text;
}

inline constexpr auto kMalformed = "lwm2m.format.malformed";

}  // namespace cellwise::lwm2m::data_format
