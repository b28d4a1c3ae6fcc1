// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/report_text.hpp"

#include "cellwise/base/bytes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace cellwise::sim {
namespace {

using Align = BoxTable::Align;

constexpr std::size_t kMaxClassRows = 40;
constexpr std::size_t kMaxDeviating = 20;

/// 12345 as 12,345.
std::string number(std::uint64_t value) {
    auto text = std::to_string(value);
    for (auto at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

std::string seconds(Duration span) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(span.count()) / 1'000.0);
    return text;
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return number(count) + ' ' + (count == 1 ? one : many);
}

std::string class_name(CoverageClass coverage) {
    switch (coverage) {
        case CoverageClass::Level0:
            return "level 0";
        case CoverageClass::Level1:
            return "level 1";
        case CoverageClass::Level2:
            return "level 2";
        case CoverageClass::CellOnly:
            return "cell only";
        case CoverageClass::NoCell:
            return "no cell";
    }
    return "?";
}

std::string bar(std::uint32_t most, std::uint32_t limit) {
    constexpr int kWidth = 10;
    const auto share = limit == 0 ? (most > 0 ? 1.0 : 0.0) : static_cast<double>(most) / limit;
    const auto full = std::clamp(static_cast<int>(std::ceil(share * kWidth)), 0, kWidth);
    std::string text;
    for (int i = 0; i < kWidth; ++i) text += i < full ? "█" : "░";
    return text;
}

double fullness(const ClassResult& row) {
    if (row.is_exceeded()) return 2 + row.count.most;
    return row.limit == 0 ? 0 : static_cast<double>(row.count.most) / row.limit;
}

/// All of them in order; of very many the fullest.
std::vector<ClassResult> rows_worth_showing(std::vector<ClassResult> rows) {
    if (rows.size() <= kMaxClassRows) return rows;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const ClassResult& a, const ClassResult& b) { return fullness(a) > fullness(b); });
    rows.resize(kMaxClassRows);
    return rows;
}

std::string render_classes(const FleetReport& report, Colour colour) {
    BoxTable table({{"Cell"},
                    {"Coverage"},
                    {"Devices", Align::Right},
                    {"Max at once", Align::Right},
                    {"Limit", Align::Right},
                    {"Use of the limit"}});
    const auto rows = rows_worth_showing(report.classes);
    const ClassResult* previous = nullptr;
    for (const auto& row : rows) {
        const bool same_cell = previous != nullptr && previous->key.cell == row.key.cell;
        if (previous != nullptr && !same_cell) table.add_rule();
        const auto tone = row.is_exceeded() ? Tone::Bad : row.count.most == 0 ? Tone::Faint : Tone::Good;
        const bool has_cell = row.key.coverage != CoverageClass::NoCell;
        table.add_row({same_cell ? "" : (has_cell ? std::to_string(row.key.cell) : "none"),
                       class_name(row.key.coverage),
                       number(row.count.devices),
                       {number(row.count.most), tone},
                       number(row.limit),
                       {bar(row.count.most, row.limit) + (row.is_exceeded() ? " over" : ""), tone}});
        previous = &row;
    }
    auto text = table.render(colour);
    if (rows.size() < report.classes.size()) {
        text += "  the fullest " + number(rows.size()) + " of " + number(report.classes.size()) + "\n";
    }
    return text;
}

std::string render_ends(const FleetReport& report, Colour colour) {
    struct Tally {
        std::size_t as_scripted = 0;
        std::size_t deviating = 0;
    };
    std::map<End, Tally> tallies;
    for (const auto& device : report.summaries()) {
        auto& tally = tallies[device.end];
        ++(device.deviations.empty() ? tally.as_scripted : tally.deviating);
    }
    BoxTable table({{"Ended"}, {"As scripted", Align::Right}, {"Deviating", Align::Right}});
    Tally sum;
    for (const auto& [end, tally] : tallies) {
        table.add_row({end == End::None ? "not yet" : std::string(to_string(end)),
                       number(tally.as_scripted),
                       {number(tally.deviating), tally.deviating > 0 ? Tone::Bad : Tone::Faint}});
        sum.as_scripted += tally.as_scripted;
        sum.deviating += tally.deviating;
    }
    table.add_rule();
    table.add_row({{"all devices", Tone::Strong},
                   {number(sum.as_scripted), Tone::Strong},
                   {number(sum.deviating), sum.deviating > 0 ? Tone::Bad : Tone::Faint}});
    return table.render(colour);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "; ") + part;
    return text;
}

std::string render_deviating(const FleetReport& report, Colour colour) {
    BoxTable table({{"Deviates"}, {"Cell"}, {"Coverage"}, {"Dialect"}, {"Fault"}, {"How"}});
    std::size_t shown = 0;
    for (const auto& device : report.summaries()) {
        if (device.deviations.empty() || shown == kMaxDeviating) continue;
        ++shown;
        table.add_row({printable(device.node_id),
                       device.cell ? std::to_string(*device.cell) : "none",
                       class_name(device.coverage),
                       device.dialect,
                       device.fault,
                       {joined(device.deviations), Tone::Bad}});
    }
    if (shown == 0) return {};
    auto text = table.render(colour);
    if (const auto all = report.deviating(); all > shown) text += "  and " + number(all - shown) + " more\n";
    return text;
}

std::string render_traffic(const FleetReport& report, Colour colour) {
    const auto& traffic = report.traffic;
    BoxTable table({{"Traffic"}, {"", Align::Right}});
    table.add_row({"datagrams up / down", number(traffic.sent) + " / " + number(traffic.received)});
    table.add_row({"lost / doubled / held back",
                   number(traffic.lost) + " / " + number(traffic.duplicated) + " / " + number(traffic.held_back)});
    table.add_row(
        {"CoAP retransmissions / PCP repeats", number(traffic.retransmissions) + " / " + number(traffic.repeats)});
    table.add_row({"sent to a deaf device", number(traffic.while_deaf)});
    table.add_row(
        {"chunks / per second", number(traffic.chunks) + " / " +
                                    number(static_cast<std::uint64_t>(std::llround(traffic.chunks_per_second())))});
    return table.render(colour);
}

std::string render_mqtt_traffic(const FleetReport& report, Colour colour) {
    const auto& traffic = report.mqtt_traffic;
    BoxTable table({{"MQTT traffic"}, {"", Align::Right}});
    table.add_row({"messages up / down", number(traffic.published) + " / " + number(traffic.arrived)});
    table.add_row({"connections / refused / lost",
                   number(traffic.connections) + " / " + number(traffic.refusals) + " / " + number(traffic.losses)});
    table.add_row({"downloads / broken off", number(traffic.downloads) + " / " + number(traffic.broken_downloads)});
    table.add_row({"HTTP requests / bytes of whole files", number(traffic.requests) + " / " + number(traffic.bytes)});
    return table.render(colour);
}

std::string render_verdict(const FleetReport& report, Colour colour) {
    if (report.exit_code() == 0) {
        return toned("✔ every device ended as its script says, and no limit of a cell was exceeded", Tone::Good,
                     colour);
    }
    std::vector<std::string> faults;
    if (report.deviating() > 0) faults.push_back(counted(report.deviating(), "device deviates", "devices deviate"));
    if (report.exceeded() > 0)
        faults.push_back(counted(report.exceeded(), "limit was exceeded", "limits were exceeded"));
    return toned("✘ " + joined(faults), Tone::Bad, colour);
}

}  // namespace

std::string render_report(const FleetReport& report, Colour colour) {
    std::map<std::int64_t, int> cells;
    for (const auto& row : report.classes) {
        if (row.key.coverage != CoverageClass::NoCell) ++cells[row.key.cell];
    }
    auto text = '\n' + toned("cellwise-sim", Tone::Strong, colour) + "   " +
                counted(report.device_count(), "device", "devices") + " in " +
                counted(cells.size(), "cell", "cells") + "   " + seconds(report.duration) + "   seed " +
                std::to_string(report.seed);
    if (report.stop == StopReason::Timeout) text += "   " + toned("stopped by the timeout", Tone::Bad, colour);
    if (report.stop == StopReason::Signal) text += "   stopped by a signal";
    text += "\n\n" + render_classes(report, colour) + '\n' + render_ends(report, colour) + '\n';
    if (const auto deviating = render_deviating(report, colour); !deviating.empty()) text += deviating + '\n';
    if (!report.devices.empty()) text += render_traffic(report, colour);
    if (!report.mqtt_devices.empty()) text += render_mqtt_traffic(report, colour);
    for (const auto& digest : report.digests) text += "  package SHA-256 " + digest + '\n';
    return text + '\n' + render_verdict(report, colour) + '\n';
}

}  // namespace cellwise::sim
