// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/plan_text.hpp"

#include "tools/sim/mix_text.hpp"

#include <array>

namespace cellwise::sim {
namespace {

constexpr std::int64_t kFirstCell = 1001;

Result<CellPlan> parse_cell(std::string_view text) {
    const auto parts = split(text, ':');
    const auto id = number_in<std::int64_t>(parts[0]);
    const auto devices = parts.size() > 1 ? number_in<std::uint32_t>(parts[1]) : std::nullopt;
    if (!id || *id < 0 || !devices || parts.size() > 3) {
        return malformed("cell", "cells", "a cell is written CELL:DEVICES or CELL:DEVICES:PROFILE", text);
    }
    CellPlan cell{.id = *id, .devices = *devices};
    if (parts.size() < 3) return cell;
    cell.profile = parse_coverage_profile(parts[2]);
    if (!cell.profile) return malformed("cell", "cells", "a profile is good, middling, bad or mixed", parts[2]);
    return cell;
}

}  // namespace

Result<std::pair<std::string, std::uint16_t>> parse_server(std::string_view text, std::uint16_t standard_port) {
    const auto rule = "the server is written HOST:PORT, an IPv6 address in brackets";
    const auto close = text.rfind(']');
    const auto colon = text.find(':', close == std::string_view::npos ? 0 : close);
    auto host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const auto port = colon == std::string_view::npos ? std::optional(standard_port)
                                                      : number_in<std::uint16_t>(text.substr(colon + 1));
    if (host.empty() || !port || *port == 0) return malformed("server", "server", rule, text);
    return std::pair(std::string(host), *port);
}

Result<std::vector<CellPlan>> parse_cells(std::string_view text, std::optional<std::uint32_t> devices) {
    std::vector<CellPlan> cells;
    if (text.find(':') == std::string_view::npos) {
        const auto count = number_in<std::uint32_t>(text);
        if (!count || *count == 0 || *count > 1'000'000) {
            return malformed("cell", "cells", "cells are written as their number (1 to 1000000) or CELL:DEVICES,…",
                             text);
        }
        const auto total = devices.value_or(*count);
        for (std::uint32_t i = 0; i < *count; ++i) {
            const auto share = total / *count + (i < total % *count ? 1U : 0U);
            if (share > 0) cells.push_back({.id = kFirstCell + i, .devices = share});
        }
        return cells;
    }
    std::uint64_t total = 0;
    for (const auto part : split(text, ',')) {
        auto cell = parse_cell(part);
        if (!cell) return cell.error();
        total += cell->devices;
        cells.push_back(*cell);
    }
    if (devices && *devices != total) {
        return malformed("cell", "cells", "the sizes of the cells add up to --devices when both are given",
                         std::to_string(total) + " and " + std::to_string(*devices));
    }
    return cells;
}

Result<std::vector<Weighted<Dialect>>> parse_dialects(std::string_view text) {
    return parse_mix<Dialect>(text, "dialects");
}

Result<std::vector<Weighted<Fault>>> parse_faults(std::string_view text) { return parse_mix<Fault>(text, "faults"); }

Result<ClassLimits> parse_limits(std::string_view text) {
    const auto parts = split(text, ',');
    std::array<std::uint32_t, 5> numbers{};
    bool is_right = parts.size() == numbers.size() || parts.size() == numbers.size() - 1;
    for (std::size_t i = 0; is_right && i < parts.size(); ++i) {
        const auto number = number_in<std::uint32_t>(parts[i]);
        is_right = number.has_value();
        numbers[i] = number.value_or(0);
    }
    if (!is_right) {
        return malformed("limits", "limits",
                         "limits are four numbers, levels 0, 1, 2 and cell-only, and a fifth for MQTT devices "
                         "without a cell",
                         text);
    }
    ClassLimits limits{numbers[0], numbers[1], numbers[2], numbers[3]};
    limits.no_cell = numbers[4];
    return limits;
}

Result<std::pair<Duration, Duration>> parse_delay(std::string_view text) {
    const auto parts = split(text, ',');
    const auto least = number_in<std::uint32_t>(parts.front());
    const auto most = number_in<std::uint32_t>(parts.back());
    if (parts.size() > 2 || !least || !most || *least > *most) {
        return malformed("delay", "delay-ms", "a delay is written LEAST,MOST in milliseconds", text);
    }
    return std::pair(Duration{*least}, Duration{*most});
}

}  // namespace cellwise::sim
