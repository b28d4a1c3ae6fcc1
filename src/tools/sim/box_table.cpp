// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/box_table.hpp"

#include "tools/shell/display_text.hpp"

#include "cellwise/base/assert.hpp"

#include <algorithm>

namespace cellwise::sim {
namespace {

std::string rule(const std::vector<std::size_t>& widths, std::string_view left, std::string_view middle,
                 std::string_view right) {
    std::string line(left);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (i > 0) line += middle;
        for (std::size_t n = 0; n < widths[i] + 2; ++n) line += "─";
    }
    line += right;
    return line + '\n';
}

}  // namespace

void BoxTable::add_row(std::vector<Cell> cells) {
    CELLWISE_ASSERT(cells.size() == columns_.size());
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> BoxTable::widths() const {
    std::vector<std::size_t> widths;
    for (const auto& column : columns_) widths.push_back(shell::display_width(column.title));
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], shell::display_width(row[i].text));
    }
    return widths;
}

std::string BoxTable::render(Colour colour) const {
    const auto wide = widths();
    const auto line = [&](const auto& cell_at) {
        std::string text;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const Cell cell = cell_at(i);
            const std::string padding(wide[i] - shell::display_width(cell.text), ' ');
            const bool right = columns_[i].align == Align::Right;
            text +=
                "│ " + (right ? padding : "") + toned(cell.text, cell.tone, colour) + (right ? "" : padding) + ' ';
        }
        return text + "│\n";
    };
    auto text = rule(wide, "┌", "┬", "┐");
    text += line([this](std::size_t i) { return Cell(columns_[i].title, Tone::Strong); });
    text += rule(wide, "├", "┼", "┤");
    for (const auto& row : rows_) {
        text += row.empty() ? rule(wide, "├", "┼", "┤") : line([&row](std::size_t i) { return row[i]; });
    }
    return text + rule(wide, "└", "┴", "┘");
}

}  // namespace cellwise::sim
