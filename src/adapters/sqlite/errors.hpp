// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <initializer_list>
#include <stdexcept>
#include <string_view>

/// Where the exceptions of SQLite end. Every function of a store is a function-try-block that returns caught().
namespace cellwise::sqlite {

/// What a violated constraint means to the caller. `columns` is what SQLite names ("products.id", several joined by
/// ", "), or kForeignKey, for which it names nothing.
struct ConstraintRule {
    std::string_view columns;
    Error meaning;
};
inline constexpr std::string_view kForeignKey = "FOREIGN KEY";

/// A row that none of our releases wrote.
class CorruptRow : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The exception being handled, as a value. Call inside a catch block only.
Error caught(std::initializer_list<ConstraintRule> rules = {});

}  // namespace cellwise::sqlite
