// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/prefetch.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cellwise::app {

/// From 64 bits, a random token or a hash, to whom they belong. Every message of a device asks, and among 100,000
/// devices what costs is the number of places in memory on the way: here it is one. Open addressing, at most half
/// full, 16 bytes a cell; the low bits of the keys must be spread.
template <class Value>
class PointerIndex {
 public:
    /// Null where there is none.
    Value* find(std::uint64_t key) const {
        if (cells_.empty()) return nullptr;
        for (auto at = home_of(key); cells_[at].value != nullptr; at = next(at)) {
            if (cells_[at].key == key) return cells_[at].value;
        }
        return nullptr;
    }

    /// Asks for the memory in which find() will look.
    void expect(std::uint64_t key) const {
        if (!cells_.empty()) prefetch(cells_[home_of(key)]);
    }

    /// In the place of whom it belonged to before.
    void put(std::uint64_t key, Value& value) {
        if (size_ * 2 >= cells_.size()) grow();
        Cell& cell = cell_of(key);
        if (cell.value == nullptr) ++size_;
        cell = {.key = key, .value = &value};
    }

    void erase(std::uint64_t key) {
        if (find(key) == nullptr) return;
        --size_;
        auto hole = static_cast<std::size_t>(&cell_of(key) - cells_.data());
        // Whoever was pushed past the hole moves back into it, so that no search stops early.
        for (auto at = next(hole); cells_[at].value != nullptr; at = next(at)) {
            const auto from_home = (at - home_of(cells_[at].key)) & mask();
            if (from_home < ((at - hole) & mask())) continue;
            cells_[hole] = cells_[at];
            hole = at;
        }
        cells_[hole].value = nullptr;
    }

    std::size_t size() const { return size_; }

 private:
    struct Cell {
        std::uint64_t key = 0;
        Value* value = nullptr;  ///< null: empty
    };
    static constexpr std::size_t kSmallest = 64;

    std::size_t mask() const { return cells_.size() - 1; }
    std::size_t home_of(std::uint64_t key) const { return static_cast<std::size_t>(key) & mask(); }
    std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

    /// The key's own, or the empty one that it may have.
    Cell& cell_of(std::uint64_t key) {
        auto at = home_of(key);
        while (cells_[at].value != nullptr && cells_[at].key != key) at = next(at);
        return cells_[at];
    }

    void grow() {
        const auto before = std::exchange(cells_, std::vector<Cell>(cells_.empty() ? kSmallest : cells_.size() * 2));
        for (const auto& cell : before) {
            if (cell.value != nullptr) cell_of(cell.key) = cell;
        }
    }

    std::vector<Cell> cells_{};
    std::size_t size_ = 0;
};

}  // namespace cellwise::app
