// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/cbor.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace cellwise::lwm2m::data_format {
namespace {

constexpr std::uint8_t kUnsigned = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4, kMap = 5, kTag = 6;
constexpr std::uint8_t kOneByte = 24, kEightBytes = 27, kIndefinite = 31;
constexpr std::uint8_t kFalse = 20, kTrue = 21, kHalf = 25, kSingle = 26, kDouble = 27;
constexpr int kMaxDepth = 8;
constexpr int kMaxTags = 4;

/// RFC 8949, appendix D.
double half_to_double(std::uint64_t half) {
    const auto exponent = static_cast<int>((half >> 10U) & 0x1FU);
    const auto mantissa = static_cast<double>(half & 0x3FFU);
    double value = 0;
    if (exponent == 0) {
        value = std::ldexp(mantissa, -24);
    } else if (exponent != 31) {
        value = std::ldexp(mantissa + 1024, exponent - 25);
    } else {
        value = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    }
    return (half & 0x8000U) != 0 ? -value : value;
}

CborReader::Item finite(double value) {
    if (!std::isfinite(value)) return CborReader::Other{};
    return value;
}

CborReader::Item simple(std::uint8_t info, std::uint64_t argument) {
    switch (info) {
        case kFalse:
            return false;
        case kTrue:
            return true;
        case kHalf:
            return finite(half_to_double(argument));
        case kSingle:
            return finite(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(argument))));
        case kDouble:
            return finite(std::bit_cast<double>(argument));
        default:
            return CborReader::Other{};
    }
}

CborReader::Item integer(std::uint64_t argument, bool negative) {
    if (argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return CborReader::Other{};
    const auto value = static_cast<std::int64_t>(argument);
    return negative ? -1 - value : value;
}

}  // namespace

std::optional<ByteView> CborReader::take(std::uint64_t count) {
    if (count > rest_.size()) return std::nullopt;
    const auto taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(static_cast<std::size_t>(count));
    return taken;
}

std::optional<CborReader::Head> CborReader::next_head() {
    const auto first = take(1);
    if (!first) return std::nullopt;
    const auto major = static_cast<std::uint8_t>((*first)[0] >> 5U);
    const auto info = static_cast<std::uint8_t>((*first)[0] & 0x1FU);
    if (info < kOneByte) return Head{major, info, info, false};
    if (info == kIndefinite) return Head{major, info, 0, true};
    if (info > kEightBytes) return std::nullopt;
    const auto bytes = take(std::uint64_t{1} << (info - kOneByte));
    if (!bytes) return std::nullopt;
    std::uint64_t argument = 0;
    for (const auto byte : *bytes) argument = argument << 8U | byte;
    return Head{major, info, argument, false};
}

std::optional<CborReader::Item> CborReader::next_string(const Head& head) {
    Bytes all;
    if (head.indefinite) {
        // Chunks of the same kind, each of definite length (3.2.3).
        for (;;) {
            const auto chunk = next_head();
            if (!chunk) return std::nullopt;
            if (chunk->major == 7 && chunk->indefinite) break;
            if (chunk->major != head.major || chunk->indefinite) return std::nullopt;
            const auto bytes = take(chunk->argument);
            if (!bytes) return std::nullopt;
            all.insert(all.end(), bytes->begin(), bytes->end());
        }
    } else {
        const auto bytes = take(head.argument);
        if (!bytes) return std::nullopt;
        all.assign(bytes->begin(), bytes->end());
    }
    if (head.major == kText) return std::string(as_text(all));
    return all;
}

std::optional<CborReader::Item> CborReader::next() {
    auto head = next_head();
    for (int tags = 0; head && head->major == kTag; ++tags) {
        if (tags == kMaxTags || head->indefinite) return std::nullopt;
        head = next_head();
    }
    if (!head) return std::nullopt;
    const auto count = head->indefinite ? std::nullopt : std::optional(head->argument);
    switch (head->major) {
        case kUnsigned:
        case kNegative:
            if (head->indefinite) return std::nullopt;
            return integer(head->argument, head->major == kNegative);
        case kBytes:
        case kText:
            return next_string(*head);
        case kArray:
            return Array{count};
        case kMap:
            return Map{count};
        default:
            return head->indefinite ? Item{Break{}} : simple(head->info, head->argument);
    }
}

bool CborReader::skip_content(const Item& item) { return skip_content(item, 0); }

bool CborReader::skip_content(const Item& item, int depth) {
    std::optional<std::uint64_t> count;
    if (const auto* array = std::get_if<Array>(&item)) {
        count = array->count;
    } else if (const auto* map = std::get_if<Map>(&item)) {
        count = map->count;
        if (count && *count > rest_.size()) return false;
        if (count) *count *= 2;
    } else {
        return true;
    }
    if (depth == kMaxDepth) return false;
    // Every item takes a byte at least, so a count that lies ends at the end of the bytes.
    for (std::uint64_t i = 0; !count || i < *count; ++i) {
        const auto inner = next();
        if (!inner) return false;
        if (std::holds_alternative<Break>(*inner)) return !count;
        if (!skip_content(*inner, depth + 1)) return false;
    }
    return true;
}

}  // namespace cellwise::lwm2m::data_format
