// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/shell/tone.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::ctl {

/// Columns two places apart, without lines: what is marked with the mouse or cut by awk is the text alone. Where the
/// terminal is too narrow the widest columns that may are cut, ids not, since somebody will copy them; where even
/// that is not enough the last columns are left out.
class ColumnTable {
 public:
    enum class Align { Left, Right };
    enum class Cut { Never, IfNarrow };
    struct Column {
        std::string title;
        Align align = Align::Left;
        Cut cut = Cut::IfNarrow;
    };
    /// The text is escaped already.
    struct Cell {
        std::string text;
        shell::Tone tone = shell::Tone::Plain;
    };

    explicit ColumnTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// As many cells as there are columns.
    void add_row(std::vector<Cell> cells);
    /// This is the rest of that table: it has no titles, and no column is narrower.
    void continue_from(const std::optional<ColumnTable>& before);
    bool is_continued() const { return continued_; }
    /// One line a row, the titles first. `width`: nothing means that nothing is cut or left out.
    std::vector<std::string> lines(std::optional<std::size_t> width, shell::Colour colour) const;

    /// The titles of those that are left out.
    std::vector<std::string> left_out(std::optional<std::size_t> width) const;

 private:
    /// That nothing is cut.
    std::vector<std::size_t> natural_widths() const;
    /// Of the columns that are shown.
    std::vector<std::size_t> widths(std::optional<std::size_t> width) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_{};
    std::vector<std::size_t> least_{};  ///< places that each column has at least
    bool continued_ = false;
};

}  // namespace cellwise::ctl
