// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/time_text.hpp"

#include <array>
#include <cstdio>

namespace cellwise::rest {
namespace {

/// Takes a text apart from the left; the first thing that does not fit makes all that follows fail.
class Scanner {
 public:
    explicit Scanner(std::string_view text) : text_(text) {}

    int digits(std::size_t count) {
        if (text_.size() < count) return fail();
        int number = 0;
        for (const char c : text_.substr(0, count)) {
            if (c < '0' || c > '9') return fail();
            number = number * 10 + (c - '0');
        }
        text_.remove_prefix(count);
        return number;
    }
    /// The character, which must be one of those.
    char any_of(std::string_view allowed) {
        if (text_.empty() || allowed.find(text_.front()) == std::string_view::npos) {
            fail();
            return '\0';
        }
        const char c = text_.front();
        text_.remove_prefix(1);
        return c;
    }
    /// ".5" and ".500123" are both 500 ms; without a fraction 0.
    int milliseconds() {
        if (text_.empty() || text_.front() != '.') return 0;
        text_.remove_prefix(1);
        int number = 0;
        int weight = 100;
        std::size_t count = 0;
        for (; count < text_.size() && text_[count] >= '0' && text_[count] <= '9'; ++count, weight /= 10) {
            number += weight * (text_[count] - '0');
        }
        if (count == 0 || count > 9) return fail();
        text_.remove_prefix(count);
        return number;
    }
    bool done() const { return ok_ && text_.empty(); }

 private:
    int fail() {
        ok_ = false;
        text_ = {};
        return 0;
    }
    std::string_view text_;
    bool ok_ = true;
};

}  // namespace

std::string to_rfc3339(Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    std::array<char, 40> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<std::string> to_rfc3339(const std::optional<Timestamp>& at) {
    if (!at) return std::nullopt;
    return to_rfc3339(*at);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;  // NOLINT(google-build-using-namespace): the calendar's words, in one function
    Scanner scan(text);
    const int y = scan.digits(4);
    scan.any_of("-");
    const int m = scan.digits(2);
    scan.any_of("-");
    const int d = scan.digits(2);
    scan.any_of("Tt ");
    const int hour = scan.digits(2);
    scan.any_of(":");
    const int minute = scan.digits(2);
    scan.any_of(":");
    const int second = scan.digits(2);
    const int ms = scan.milliseconds();
    const char zone = scan.any_of("Zz+-");
    minutes offset{0};
    if (zone == '+' || zone == '-') {
        const int offset_hour = scan.digits(2);
        scan.any_of(":");
        const int offset_minute = scan.digits(2);
        if (offset_hour > 23 || offset_minute > 59) return std::nullopt;
        offset = hours(offset_hour) + minutes(offset_minute);
        if (zone == '-') offset = -offset;
    }
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
    if (!scan.done() || !date.ok() || y < 1970 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return Timestamp(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(ms) - offset;
}

}  // namespace cellwise::rest
