// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::json {

/// A string as JSON, with its quotes; bytes that are no UTF-8 become U+FFFD.
std::string quoted(std::string_view text);

/// Writes compact JSON member by member, in the order of the calls. What is begun must be ended.
class Writer {
 public:
    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);

    Writer& value(std::string_view text);
    Writer& value(const char* text) { return value(std::string_view(text)); }
    Writer& value(const std::string& text) { return value(std::string_view(text)); }
    Writer& value(bool flag);
    Writer& value(double number);
    Writer& null();
    template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Writer& value(Number number) {
        return raw(std::to_string(number));
    }
    /// Identifiers, and whatever else shows itself as a text.
    template <class Id>
    requires requires(const Id& id) {
        { id.view() } -> std::convertible_to<std::string_view>;
    }
    Writer& value(const Id& id) { return value(id.view()); }
    template <class T>
    Writer& value(const std::optional<T>& maybe) {
        return maybe ? value(*maybe) : null();
    }

    /// A value that is JSON already.
    Writer& whole(std::string_view json) { return raw(json); }

    template <class T>
    Writer& field(std::string_view name, const T& what) {
        key(name);
        return value(what);
    }
    Writer& null_field(std::string_view name) {
        key(name);
        return null();
    }

    std::string take() { return std::move(text_); }

 private:
    Writer& raw(std::string_view token);
    std::string text_;
    bool comma_ = false;  ///< something stands before in this object or list
};

}  // namespace cellwise::json
