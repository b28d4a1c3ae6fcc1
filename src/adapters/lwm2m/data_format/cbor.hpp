// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace cellwise::lwm2m::data_format {

/// Reads CBOR (RFC 8949) item by item, as much of it as SenML needs. By hand, because nlohmann's reader knows no maps
/// with integer keys, which SenML has, and recurses as deep as the sender likes.
class CborReader {
 public:
    struct Break {};  ///< the end of an indefinite-length array or map
    struct Array {
        std::optional<std::uint64_t> count;  ///< none: until Break
    };
    struct Map {
        std::optional<std::uint64_t> count;
    };
    struct Other {};  ///< null, undefined, a simple value, a number past 64 bits, a float that is not finite
    using Item = std::variant<Other, Break, Array, Map, std::int64_t, double, bool, std::string, Bytes>;

    explicit CborReader(ByteView bytes) : rest_(bytes) {}

    /// The next item; of an array or map its head only. Tags are passed over. Nothing: malformed or cut off.
    std::optional<Item> next();
    /// Passes over what follows the head of an array or a map, if `item` is one. False: malformed, or deeper than 8.
    bool skip_content(const Item& item);
    bool at_end() const { return rest_.empty(); }

 private:
    struct Head {
        std::uint8_t major;
        std::uint8_t info;
        std::uint64_t argument;
        bool indefinite;
    };
    std::optional<Head> next_head();
    std::optional<Item> next_string(const Head& head);
    std::optional<ByteView> take(std::uint64_t count);
    bool skip_content(const Item& item, int depth);

    ByteView rest_;
};

}  // namespace cellwise::lwm2m::data_format
