// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a device answers to a read, whatever format it chose: a flat list of paths and values.
namespace cellwise::lwm2m::data_format {

/// /object/instance/resource/resource-instance; a prefix of it stands for all that is below.
class Path {
 public:
    static constexpr std::size_t kMaxDepth = 4;

    Path() = default;
    Path(std::initializer_list<std::uint16_t> ids);  ///< at most four
    /// "/4/0/2"; a slash at the end is allowed, an id above 65535 or a fifth one is not.
    static std::optional<Path> parse(std::string_view text);

    std::size_t depth() const { return depth_; }
    std::uint16_t operator[](std::size_t level) const { return ids_[level]; }
    std::optional<Path> child(std::uint16_t id) const;  ///< nothing below the fourth level
    std::string text() const;

    friend bool operator==(const Path&, const Path&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Path& path) { return out << path.text(); }

 private:
    std::array<std::uint16_t, kMaxDepth> ids_{};
    std::uint8_t depth_ = 0;
};

/// Numbers are finite. TLV bears no types: its values are Bytes, to be read by what the resource is known to be.
using Value = std::variant<std::int64_t, double, std::string, bool, Bytes>;

struct Node {
    Path path{};
    Value value{};
    friend bool operator==(const Node&, const Node&) = default;
};
using Nodes = std::vector<Node>;

/// Devices describe an object in some hundred bytes; more is somebody else's doing.
inline constexpr std::size_t kMaxPayload = 16'384;
inline constexpr std::size_t kMaxNodes = 256;

inline Error malformed(std::string message, std::string value = {}) {
    return invalid("lwm2m.format.malformed", "payload", std::move(message), std::move(value));
}

}  // namespace cellwise::lwm2m::data_format
