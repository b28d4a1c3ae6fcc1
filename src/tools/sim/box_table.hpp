// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/shell/tone.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::sim {

using shell::Colour;
using shell::Tone;
using shell::toned;

/// A table in box-drawing characters for a terminal that shows UTF-8.
class BoxTable {
 public:
    enum class Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Left;
    };
    struct Cell {
        Cell(std::string t, Tone how = Tone::Plain) : text(std::move(t)), tone(how) {}
        Cell(const char* t) : text(t) {}
        std::string text;
        Tone tone = Tone::Plain;
    };

    explicit BoxTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// As many cells as there are columns.
    void add_row(std::vector<Cell> cells);
    /// A line across, before the next row.
    void add_rule() { rows_.emplace_back(); }
    std::string render(Colour colour) const;

 private:
    std::vector<std::size_t> widths() const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;  // an empty one is a rule
};

}  // namespace cellwise::sim
