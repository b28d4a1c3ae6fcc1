// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/task_view.hpp"

#include "tools/ctl/column_table.hpp"
#include "tools/ctl/value_text.hpp"
#include "tools/shell/display_text.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using shell::Colour;
using shell::Tone;
using shell::toned;

constexpr std::size_t kTaskBar = 40;
constexpr std::size_t kBesideTaskBar = 56;  // "  10000/10000 devices  100 %   1:00:00   about 1:00:00 left"
constexpr std::size_t kMostReasons = 8;
constexpr std::size_t kLeastCells = 3;
constexpr Duration kTooSoonToTell{10'000};
constexpr Duration kTooShortToTell{5'000};  // the last few take as long as they take

std::string text_in(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? std::string(kNothing) : value_text(*found, Show::Text);
}

std::string class_text(std::string name) {
    if (name.starts_with("level")) name.insert(5, 1, ' ');
    std::ranges::replace(name, '_', ' ');
    return name;
}

/// How long it takes at the pace since the watching began.
std::optional<Duration> time_left(const TaskView& view) {
    const auto done = view.ended() - view.ended_at_first;
    if (view.watched < kTooSoonToTell || done <= 0 || view.is_over()) return {};
    const auto left = view.watched * (view.counter("total") - view.ended()) / done;
    return left < kTooShortToTell ? std::nullopt : std::optional(left);
}

std::string head_line(const TaskView& view, Colour colour) {
    const auto state = view.state();
    const bool paused = view.task.value("paused", false);
    return "task " + text_in(view.task, "taskId") + "  " + toned(text_in(view.task, "name"), Tone::Strong, colour) +
           "  " + toned(paused ? "paused" : state, tone_of(state), colour);
}

std::string count(const char* word, std::int64_t number, Tone tone, Colour colour) {
    const auto text = std::string(word) + ' ' + std::to_string(number);
    return "   " + (number == 0 ? text : toned(text, tone, colour));
}

void draw_counters(std::vector<std::string>& lines, const TaskView& view, std::size_t width, Colour colour) {
    const auto total = view.counter("total");
    const auto percent = total == 0 ? 0 : view.ended() * 100 / total;
    const auto places = std::clamp<std::size_t>(width - std::min(width, kBesideTaskBar), 10, kTaskBar);
    auto line = "  " + bar(view.ended(), total, places) + "  " + std::to_string(view.ended()) + '/' +
                std::to_string(total) + " devices  " + std::to_string(percent) + " %   " + clock_text(view.watched);
    if (const auto left = time_left(view)) line += "   about " + clock_text(*left) + " left";
    lines.push_back(std::move(line));
    lines.push_back(count("waiting", view.counter("wait"), Tone::Plain, colour).substr(1) +
                    count("under way", view.counter("processing"), Tone::Strong, colour) +
                    count("upgraded", view.counter("success"), Tone::Good, colour) +
                    count("failed", view.counter("fail"), Tone::Bad, colour) +
                    count("stopped", view.counter("stop"), Tone::Faint, colour));
}

/// The fullest first: those are what everybody else waits for.
void draw_cells(std::vector<std::string>& lines, const TaskView& view, std::size_t width, std::size_t most,
                Colour colour) {
    if (view.cells.empty()) return;
    auto cells = view.cells;
    std::ranges::stable_sort(cells, [](const Json& a, const Json& b) {
        return std::pair(number_in(a, "inUse"), number_in(a, "waiting")) >
               std::pair(number_in(b, "inUse"), number_in(b, "waiting"));
    });
    const auto shown = std::min(cells.size(), most);
    using Align = ColumnTable::Align;
    ColumnTable table({{"  CELL"}, {"COVERAGE"}, {"AT ONCE", Align::Right}, {""}, {"IN LINE", Align::Right}});
    const auto places = std::clamp<std::size_t>(width / 3, 8, 30);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto in_use = number_in(cells[i], "inUse");
        const auto limit = number_in(cells[i], "limit");
        const auto tone = in_use > limit ? Tone::Bad : in_use == limit ? Tone::Strong : Tone::Plain;
        table.add_row({{"  " + text_in(cells[i], "cell")},
                       {class_text(text_in(cells[i], "coverageClass"))},
                       {std::to_string(in_use) + '/' + std::to_string(limit), tone},
                       {bar(in_use, limit, places)},
                       {std::to_string(number_in(cells[i], "waiting"))}});
    }
    lines.emplace_back();
    std::ranges::move(table.lines(width, colour), std::back_inserter(lines));
    if (shown < cells.size()) lines.push_back("  … and " + std::to_string(cells.size() - shown) + " more");
}

std::vector<std::string> failure_lines(const TaskView& view, Colour colour) {
    std::vector<std::pair<std::string, std::int64_t>> reasons(view.failures.begin(), view.failures.end());
    std::ranges::stable_sort(reasons, [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::string> lines;
    if (reasons.empty()) return lines;
    const auto widest = std::to_string(reasons.front().second).size();
    lines.emplace_back();
    lines.push_back(toned(view.some_failures ? "  FAILURES (of the first ones)" : "  FAILURES", Tone::Faint, colour));
    for (std::size_t i = 0; i < std::min(reasons.size(), kMostReasons); ++i) {
        const auto number = std::to_string(reasons[i].second);
        lines.push_back("  " + std::string(widest - number.size(), ' ') + toned(number, Tone::Bad, colour) + "  " +
                        shell::escaped(reasons[i].first));
    }
    return lines;
}

}  // namespace

std::int64_t TaskView::counter(const char* name) const {
    const auto counters = task.find("counters");
    return counters != task.end() && counters->is_object() ? number_in(*counters, name) : 0;
}

std::string TaskView::state() const { return text_in(task, "state"); }

bool TaskView::is_over() const {
    const auto now = state();
    return now == "success" || now == "failed" || (now == "stop" && counter("processing") == 0);
}

std::string clock_text(Duration duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const auto minutes = seconds / 60;
    if (minutes < 60) return std::to_string(minutes) + ':' + two(seconds % 60);
    return std::to_string(minutes / 60) + ':' + two(minutes % 60) + ':' + two(seconds % 60);
}

std::string bar(std::int64_t part, std::int64_t whole, std::size_t places) {
    const auto all = static_cast<std::int64_t>(places);
    // Some is more than none, and only all is all.
    const auto between = [&] { return std::clamp<std::int64_t>((part * all + whole / 2) / whole, 1, all - 1); };
    const auto filled = part <= 0 || whole <= 0 ? 0 : part >= whole ? all : between();
    std::string text;
    for (std::int64_t i = 0; i < all; ++i) text += i < filled ? "█" : "░";
    return text;
}

std::vector<std::string> draw(const TaskView& view, std::size_t width, std::size_t height, Colour colour) {
    std::vector<std::string> lines{head_line(view, colour), ""};
    draw_counters(lines, view, width, colour);
    auto failures = failure_lines(view, colour);
    // What is left of the screen: the line under the drawing, two around the cells' title and one for "more".
    const auto taken = lines.size() + failures.size() + 4;
    draw_cells(lines, view, width, std::max(kLeastCells, height > taken ? height - taken : 0), colour);
    std::ranges::move(failures, std::back_inserter(lines));
    if (!view.trouble.empty()) {
        lines.emplace_back();
        lines.push_back("  " + toned(shell::escaped(view.trouble), Tone::Bad, colour));
    }
    return lines;
}

std::string line_of(const TaskView& view) {
    std::int64_t at_once = 0;
    for (const auto& cell : view.cells) at_once += number_in(cell, "inUse");
    return clock_text(view.watched) + "  " + view.state() + "  " + std::to_string(view.counter("success")) + " of " +
           std::to_string(view.counter("total")) + " upgraded, " + std::to_string(view.counter("fail")) +
           " failed, " + std::to_string(view.counter("processing")) + " under way, " +
           std::to_string(view.counter("wait")) + " waiting; " + std::to_string(at_once) + " slots in use";
}

}  // namespace cellwise::ctl
