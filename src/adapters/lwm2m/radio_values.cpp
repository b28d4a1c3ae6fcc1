// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/radio_values.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace cellwise::lwm2m {
namespace {

// TLV says not whether four bytes are an integer, a float or text. What cannot be a level in tenths of a decibel, or
// a cell id (28 bits in LTE, 36 in NR), is read the next way.
constexpr double kMaxPlausibleLevel = 10'000;
constexpr std::int64_t kMaxPlausibleCell = (std::int64_t{1} << 36U) - 1;
constexpr std::int64_t kMaxLteCell = (std::int64_t{1} << 28U) - 1;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank{" \t\r\n\0", 5};
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<double> parse_number(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::uint64_t big_endian(ByteView bytes) {
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8U | byte;
    return value;
}

/// TLV integers have 1, 2, 4 or 8 bytes (LwM2M 1.0, appendix C); three are met too.
std::optional<std::int64_t> signed_integer(ByteView bytes) {
    if (bytes.empty() || bytes.size() > 8) return std::nullopt;
    const auto shift = 64 - 8 * bytes.size();
    return static_cast<std::int64_t>(big_endian(bytes) << shift) >> shift;
}

std::optional<double> real(ByteView bytes) {
    double value = 0;
    if (bytes.size() == 4) {
        value = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes))));
    } else if (bytes.size() == 8) {
        value = std::bit_cast<double>(big_endian(bytes));
    } else {
        return std::nullopt;
    }
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

bool is_plausible_level(double value) { return std::abs(value) <= kMaxPlausibleLevel; }
/// Neither nothing nor a denormal, which is what text or an integer looks like when read as a float.
bool is_plausible_real(double value) { return value == 0 || (std::abs(value) >= 1e-3 && is_plausible_level(value)); }

std::optional<double> decibels_in(ByteView bytes) {
    const auto whole = signed_integer(bytes);
    if (whole && is_plausible_level(static_cast<double>(*whole))) return static_cast<double>(*whole);
    if (const auto text = parse_number(as_text(bytes)); text && is_plausible_level(*text)) return text;
    if (const auto value = real(bytes); value && is_plausible_real(*value)) return value;
    if (whole) return static_cast<double>(*whole);  // outside every range: ranks as the weakest
    return std::nullopt;
}

std::optional<domain::CellId> cell_number(double value) {
    if (value < 0 || value > static_cast<double>(kMaxPlausibleCell) || std::trunc(value) != value)
        return std::nullopt;
    return domain::CellId::parse(std::to_string(static_cast<std::int64_t>(value)));
}

std::optional<domain::CellId> cell_in(ByteView bytes) {
    if (bytes.empty()) return std::nullopt;
    // A cell id is never negative: some devices leave out the leading zero byte.
    const auto whole = bytes.size() <= 8 ? std::optional(big_endian(bytes)) : std::nullopt;
    const auto most = static_cast<std::uint64_t>(bytes.size() <= 4 ? kMaxLteCell : kMaxPlausibleCell);
    if (whole && *whole <= most) return domain::CellId::parse(std::to_string(*whole));
    if (all_digits(trimmed(as_text(bytes)))) return parse_cell(as_text(bytes));
    if (const auto value = real(bytes); value && *value >= 1) {
        if (auto cell = cell_number(*value)) return cell;
    }
    if (auto name = parse_cell(as_text(bytes))) return name;
    return whole ? domain::CellId::parse(std::to_string(*whole)) : std::nullopt;
}

}  // namespace

std::optional<double> parse_decibels(std::string_view text) { return parse_number(text); }

std::optional<domain::CellId> parse_cell(std::string_view text) {
    text = trimmed(text);
    if (all_digits(text)) {
        // The same cell written with leading zeros is the same cell.
        text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    }
    return domain::CellId::parse(text);
}

std::optional<double> decibels_of(const data_format::Value& value) {
    struct Reader {
        std::optional<double> operator()(std::int64_t number) const { return static_cast<double>(number); }
        std::optional<double> operator()(double number) const {
            return std::isfinite(number) ? std::optional(number) : std::nullopt;
        }
        std::optional<double> operator()(const std::string& text) const { return parse_number(text); }
        std::optional<double> operator()(bool) const { return std::nullopt; }
        std::optional<double> operator()(const Bytes& bytes) const { return decibels_in(bytes); }
    };
    return std::visit(Reader{}, value);
}

std::optional<domain::CellId> cell_of(const data_format::Value& value) {
    struct Reader {
        std::optional<domain::CellId> operator()(std::int64_t number) const {
            return domain::CellId::parse(std::to_string(number));
        }
        std::optional<domain::CellId> operator()(double number) const { return cell_number(number); }
        std::optional<domain::CellId> operator()(const std::string& text) const { return parse_cell(text); }
        std::optional<domain::CellId> operator()(bool) const { return std::nullopt; }
        std::optional<domain::CellId> operator()(const Bytes& bytes) const { return cell_in(bytes); }
    };
    return std::visit(Reader{}, value);
}

}  // namespace cellwise::lwm2m
