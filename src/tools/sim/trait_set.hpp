// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <algorithm>
#include <bitset>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::sim {

/// A way to speak: a set of traits, written "skip-20+non"; the empty set is "standard". A family gives its `Trait`
/// (an enumeration from 0), their number `kCount`, the table of their names in the order of the enumeration, the
/// combinations worth meeting, and where the command line lists them (`kHelp`).
template <class Family>
class TraitSet {
 public:
    using Trait = typename Family::Trait;

    TraitSet() = default;
    TraitSet(std::initializer_list<Trait> traits) {
        for (const auto trait : traits) traits_.set(static_cast<std::size_t>(trait));
    }

    /// Errors: InvalidInput "sim.dialect.unknown" with the foreign word as value.
    static Result<TraitSet> parse(std::string_view text) {
        TraitSet set;
        if (text == "standard") return set;
        while (true) {
            const auto plus = text.find('+');
            const auto word = text.substr(0, plus);
            const auto table = Family::table();
            const auto found =
                std::find_if(table.begin(), table.end(), [word](const auto& info) { return info.name == word; });
            if (found == table.end()) {
                return invalid("sim.dialect.unknown", "dialects",
                               "no trait bears that name; '" + std::string(Family::kHelp) + "' lists them",
                               std::string(word));
            }
            set.traits_.set(static_cast<std::size_t>(found->trait));
            if (plus == std::string_view::npos) return set;
            text.remove_prefix(plus + 1);
        }
    }

    /// None, every trait alone, then the combinations worth meeting.
    static std::vector<TraitSet> all() {
        std::vector<TraitSet> sets{{}};
        for (const auto& info : Family::table()) sets.push_back({info.trait});
        for (const auto& traits : Family::combinations()) sets.push_back(TraitSet(traits));
        return sets;
    }

    bool has(Trait trait) const { return traits_[static_cast<std::size_t>(trait)]; }
    void add(Trait trait) { traits_.set(static_cast<std::size_t>(trait)); }

    std::string name() const {
        std::string text;
        for (const auto& info : Family::table()) {
            if (!has(info.trait)) continue;
            if (!text.empty()) text += '+';
            text += info.name;
        }
        return text.empty() ? "standard" : text;
    }

    friend bool operator==(const TraitSet&, const TraitSet&) = default;

 private:
    explicit TraitSet(const std::vector<Trait>& traits) {
        for (const auto trait : traits) add(trait);
    }

    std::bitset<Family::kCount> traits_;
};

}  // namespace cellwise::sim
