// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

/// One line an event: a constant message and fields. `info` is for operators, `warning` for what somebody else did
/// wrong, `error` for what we did wrong. Callable from any thread. Domain code does not log: it returns effects.
namespace cellwise::log {

enum class Level { Debug, Info, Warning, Error };

struct Field {
    std::string_view key;
    std::string value;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(v) {}
    Field(std::string_view k, bool v) : key(k), value(v ? "true" : "false") {}
    template <class Number>
    requires(std::integral<Number> || std::floating_point<Number>) Field(std::string_view k, Number v)
        : key(k), value(std::to_string(v)) {}
    template <class Id>
    requires requires(const Id& id) {
        { id.view() } -> std::convertible_to<std::string_view>;
    }
    Field(std::string_view k, const Id& id) : key(k), value(id.view()) {}
};
using Fields = std::initializer_list<Field>;

/// Where lines go; must be callable from any thread and must not throw.
using Sink = void (*)(Level level, std::string_view message, Fields fields);

/// Replaces the sink (standard error, plain text, until then). Call before threads start.
void set_sink(Sink sink);
void set_level(Level least);
bool enabled(Level level);

void write(Level level, std::string_view message, Fields fields);

inline void debug(std::string_view message, Fields fields = {}) { write(Level::Debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(Level::Info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(Level::Warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(Level::Error, message, fields); }

}  // namespace cellwise::log
