// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string_view>

namespace cellwise::json {

/// Does the same member twice in one object make a text invalid (RFC 8259, 4: "the names within an object SHOULD be
/// unique")?
enum class Duplicates { Refuse, LastWins };

/// A JSON text that was read whole. Immutable and cheap to copy.
class Document {
 public:
    /// Nesting beyond this is refused: nobody needs it, and freeing it would be recursive.
    static constexpr std::size_t kMaxDepth = 32;

    /// RFC 8259 to the letter: UTF-8 only, no lone surrogates, no comments, nothing behind the value. A number that
    /// no double holds is refused too. Errors: InvalidInput "request.json.malformed", ".duplicate" (field names the
    /// member),
    /// ".deep"; the message says at which byte.
    static Result<Document> parse(std::string_view text, Duplicates duplicates);

    const nlohmann::json& root() const { return *root_; }

 private:
    explicit Document(std::shared_ptr<const nlohmann::json> root) : root_(std::move(root)) {}
    std::shared_ptr<const nlohmann::json> root_;
};

}  // namespace cellwise::json
