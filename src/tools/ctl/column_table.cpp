// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/column_table.hpp"

#include "tools/shell/display_text.hpp"

#include "cellwise/base/assert.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace cellwise::ctl {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 12;   // of a column that is cut: less than this says nothing
constexpr std::size_t kLeastColumns = 2;  // an id alone says nothing either

std::size_t together(std::span<const std::size_t> widths) {
    return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + kGap * (widths.size() - 1);
}

}  // namespace

void ColumnTable::add_row(std::vector<Cell> cells) {
    CELLWISE_ASSERT(cells.size() == columns_.size());
    rows_.push_back(std::move(cells));
}

void ColumnTable::continue_from(const std::optional<ColumnTable>& before) {
    if (!before) return;
    least_ = before->natural_widths();
    continued_ = true;
}

std::vector<std::size_t> ColumnTable::natural_widths() const {
    std::vector<std::size_t> widths;
    for (const auto& column : columns_) widths.push_back(shell::display_width(column.title));
    for (std::size_t i = 0; i < least_.size(); ++i) widths[i] = std::max(widths[i], least_[i]);
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], shell::display_width(row[i].text));
        }
    }
    return widths;
}

std::vector<std::size_t> ColumnTable::widths(std::optional<std::size_t> width) const {
    auto widths = natural_widths();
    if (!width) return widths;
    std::vector<std::size_t> least;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        least.push_back(columns_[i].cut == Cut::Never ? widths[i] : std::min(widths[i], kLeastWidth));
    }
    while (least.size() > kLeastColumns && together(least) > *width) least.pop_back();
    widths.resize(least.size());
    for (auto all = together(widths); all > *width; --all) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] > least[i] && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
        }
        if (widest == widths.size()) break;  // too narrow for two columns: the terminal will wrap
        --widths[widest];
    }
    return widths;
}

std::vector<std::string> ColumnTable::left_out(std::optional<std::size_t> width) const {
    std::vector<std::string> titles;
    for (auto i = widths(width).size(); i < columns_.size(); ++i) titles.push_back(columns_[i].title);
    return titles;
}

std::vector<std::string> ColumnTable::lines(std::optional<std::size_t> width, shell::Colour colour) const {
    const auto wide = widths(width);
    const auto line = [&](const auto& cell_at) {
        std::string text;
        for (std::size_t i = 0; i < wide.size(); ++i) {
            const Cell cell = cell_at(i);
            const auto shown = shell::fitted(cell.text, wide[i]);
            const std::string padding(wide[i] - shell::display_width(shown), ' ');
            if (i > 0) text.append(kGap, ' ');
            if (columns_[i].align == Align::Right) text += padding;
            text += shell::toned(shown, cell.tone, colour);
            if (columns_[i].align == Align::Left && i + 1 < wide.size()) text += padding;
        }
        return text;
    };
    std::vector<std::string> lines;
    if (!continued_)
        lines.push_back(line([this](std::size_t i) { return Cell{columns_[i].title, shell::Tone::Faint}; }));
    for (const auto& row : rows_) lines.push_back(line([&row](std::size_t i) { return row[i]; }));
    return lines;
}

}  // namespace cellwise::ctl
