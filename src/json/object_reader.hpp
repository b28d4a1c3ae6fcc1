// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json/document.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cellwise::json {

/// What a member that nobody asked for means: an error that names the nearest known one, or nothing.
enum class Unknown { Refuse, Ignore };

/// A member's spellings, the proper one first: an error names that one.
struct Names {
    // NOLINTNEXTLINE(google-explicit-constructor): a plain name is the usual case
    Names(const char* name) : spellings{name} {}
    Names(std::initializer_list<std::string_view> names) : spellings(names) {}
    std::vector<std::string_view> spellings;
};

/// Reads the members of one JSON object with their rules. The first thing that is wrong is kept and told by finish();
/// until then every call answers with something harmless, so a reader of a request is a straight list of members.
/// null means absent. Errors are InvalidInput with the member's path as field ("policy.retryTimes", "devices[3]"):
/// "request.field.missing", ".type", ".range", ".invalid", ".unknown".
class ObjectReader {
 public:
    ObjectReader(const Document& document, Unknown unknown);

    bool has(const Names& names);
    /// It stands there as null: for members where that is not the same as absent. Does not make the name known.
    bool is_null(const Names& names);

    std::string text(const Names& names);  ///< required, not empty
    std::optional<std::string> optional_text(const Names& names);
    std::optional<bool> optional_flag(const Names& names);
    std::optional<std::int64_t> optional_integer(const Names& names, std::int64_t least, std::int64_t most);
    /// An object as compact JSON, its members in order of their names, so that it can be passed on.
    std::optional<std::string> optional_object_text(const Names& names);
    ObjectReader object(const Names& names);
    std::optional<ObjectReader> optional_object(const Names& names);
    std::optional<std::vector<std::string>> optional_texts(const Names& names, std::size_t most);

    /// A text that `parse` makes a value of; `rule` says what it has to be ("must be viewer, operator or admin").
    template <class Parse>
    auto optional_parsed(const Names& names, Parse parse, std::string_view rule) {
        const auto written = optional_text(names);
        auto parsed =
            written ? std::invoke(parse, std::string_view(*written)) : decltype(parse(std::string_view{})){};
        if (written && !parsed) fail(names, "request.field.invalid", rule, *written);
        return parsed;
    }
    /// The same, required.
    template <class Parse>
    auto parsed(const Names& names, Parse parse, std::string_view rule) {
        const auto written = text(names);
        auto value = std::invoke(parse, std::string_view(written));
        if (!value) fail(names, "request.field.invalid", rule, written);
        return value ? *value : typename decltype(value)::value_type{};
    }

    /// Says that the value of a member breaks a rule of the caller's.
    void fail(const Names& names, std::string_view code, std::string_view rule, std::string_view value = {});

    /// The first thing that was wrong, in this object or in any that was read out of it.
    Status finish();

 private:
    struct State;
    ObjectReader(std::shared_ptr<State> state, const nlohmann::json* object, std::string path);
    /// The member's path from the root, as errors name it.
    std::string path_of(std::string_view name) const;
    /// Nothing for absent or null.
    const nlohmann::json* find(const Names& names);
    const nlohmann::json* require(const Names& names);
    void wrong_type(const Names& names, std::string_view wanted, const nlohmann::json& value);

    std::shared_ptr<State> state_;
    const nlohmann::json* object_;
    std::size_t index_;  ///< of this object's entry in the state
};

}  // namespace cellwise::json
