// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/value_text.hpp"

#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace cellwise::ctl {
namespace {

/// "2026-11-26T09:30:00.123Z" without what nobody reads; anything else as it is.
std::string time_text(const std::string& time) {
    constexpr std::size_t kSeconds = 19;
    const bool expected = time.size() > kSeconds && time[10] == 'T' && time.ends_with('Z');
    return shell::escaped(expected ? time.substr(0, kSeconds) + 'Z' : time);
}

}  // namespace

std::int64_t number_in(const nlohmann::ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (amount >= 999.5 && unit + 1 < kUnits.size()) {
        amount /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    const auto* const form = unit == 0 || amount >= 99.95 ? "%.0f %s" : "%.1f %s";
    std::snprintf(text.data(), text.size(), form, amount, kUnits[unit]);
    return text.data();
}

std::string value_text(const nlohmann::ordered_json& value, Show show) {
    if (value.is_null() || value.is_discarded()) return std::string(kNothing);
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (show == Show::Bytes && value.is_number_unsigned()) return bytes_text(value.get<std::uint64_t>());
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (text.empty()) return std::string(kNothing);
        return show == Show::Time ? time_text(text) : shell::escaped(text);
    }
    return shell::escaped(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

shell::Tone tone_of(std::string_view state) {
    for (const auto* good : {"success", "online", "ok"}) {
        if (state == good) return shell::Tone::Good;
    }
    for (const auto* bad : {"failed", "fail", "refused"}) {
        if (state == bad) return shell::Tone::Bad;
    }
    for (const auto* faint : {"stop", "inactive", "offline"}) {
        if (state == faint) return shell::Tone::Faint;
    }
    return state == "processing" ? shell::Tone::Strong : shell::Tone::Plain;
}

}  // namespace cellwise::ctl
