// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/basic_time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace cellwise::northbound {
namespace {

/// Digits only: from_chars alone would take a sign.
std::optional<int> digits(std::string_view text) {
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::string to_basic_time(Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    std::array<char, 32> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<std::string> to_basic_time(const std::optional<Timestamp>& at) {
    if (!at) return std::nullopt;
    return to_basic_time(*at);
}

std::optional<Timestamp> parse_basic_time(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    const auto y = digits(text.substr(0, 4));
    const auto m = digits(text.substr(4, 2));
    const auto d = digits(text.substr(6, 2));
    const auto hour = digits(text.substr(9, 2));
    const auto minute = digits(text.substr(11, 2));
    const auto second = digits(text.substr(13, 2));
    if (!y || !m || !d || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*m)),
                                           std::chrono::day(static_cast<unsigned>(*d))};
    if (!date.ok() || *y < 1970 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

}  // namespace cellwise::northbound
