// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/version.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cellwise::sqlite {

/// One run of a statement: binds its parameters in order, steps, reads a row's columns in order, resets itself at the
/// end. Two runs of the same text cannot overlap. Throws; see errors.hpp.
class Query {
 public:
    template <class... Values>
    Query(Connection& connection, std::string_view sql, const Values&... values)
        : Query(Borrowed{connection, borrow(connection, sql)}) {
        (bind(values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Once more after run(), with other values for the first parameters; the others keep theirs.
    template <class... Values>
    void rebind(const Values&... values) {
        rewind();
        (bind(values), ...);
    }

    // Parameters, for lists whose conditions vary.
    void bind(std::int64_t value);
    void bind(double value);
    void bind(const std::string& text);
    void bind(std::string_view text) { bind(std::string(text)); }
    void bind(const char* text) { bind(std::string(text)); }
    void bind(ByteView bytes);
    void bind(std::nullopt_t);
    void bind(Timestamp at) { bind(to_unix_ms(at)); }
    void bind(Duration span) { bind(std::int64_t{span.count()}); }
    void bind(const domain::Version& version) { bind(as_bytes(version.raw())); }
    template <std::integral Number>
    void bind(Number value) {
        bind(static_cast<std::int64_t>(value));
    }
    template <class Tag, IdForm Form>
    void bind(const TextId<Tag, Form>& id) {
        bind(id.empty() ? std::string{} : id.str());
    }
    template <std::size_t Size>
    void bind(const std::array<std::uint8_t, Size>& bytes) {
        bind(ByteView(bytes));
    }
    template <class T>
    void bind(const std::optional<T>& value) {
        value ? bind(*value) : bind(std::nullopt);
    }

    /// Goes to the next row; false when there is none.
    bool next();
    /// Runs to the end; how many rows were changed.
    int run();
    /// The row that an INSERT made.
    std::int64_t last_sequence() const { return connection_.database().getLastInsertRowid(); }

    // The next column of the row.
    std::string text() { return std::string(view()); }
    std::int64_t integer();
    double real();
    Bytes blob();
    bool flag() { return integer() != 0; }
    Timestamp time() { return from_unix_ms(integer()); }
    Duration span() { return Duration{integer()}; }
    domain::Version version() { return domain::Version::from_wire(as_bytes(view())); }
    std::optional<std::string> maybe_text() { return maybe(&Query::text); }
    std::optional<double> maybe_real() { return maybe(&Query::real); }
    std::optional<Timestamp> maybe_time() { return maybe(&Query::time); }
    std::optional<domain::Version> maybe_version() { return maybe(&Query::version); }

    template <std::integral Number>
    Number number() {
        const auto value = integer();
        if (!std::in_range<Number>(value)) corrupt(std::to_string(value));
        return static_cast<Number>(value);
    }
    template <class Id>
    Id id() {
        const auto written = view();
        if (written.empty()) return Id{};
        const auto parsed = Id::parse(written);
        if (!parsed) corrupt(written);
        return *parsed;
    }
    template <class Id>
    std::optional<Id> maybe_id() {
        return maybe(&Query::id<Id>);
    }
    /// An enum by its parse_ function.
    template <class Parse>
    auto named(Parse parse) {
        const auto written = view();
        const auto parsed = parse(written);
        if (!parsed) corrupt(written);
        return *parsed;
    }
    template <std::size_t Size>
    std::array<std::uint8_t, Size> fixed() {
        const auto bytes = as_bytes(view());
        if (bytes.size() != Size) corrupt(to_hex(bytes));
        std::array<std::uint8_t, Size> out;
        std::copy(bytes.begin(), bytes.end(), out.begin());
        return out;
    }
    template <std::size_t Size>
    std::optional<std::array<std::uint8_t, Size>> maybe_fixed() {
        return maybe(&Query::fixed<Size>);
    }

 private:
    struct Borrowed {
        Connection& connection;
        Connection::Prepared& prepared;
    };
    // Delegated to, so that a bind that throws finds an object to destroy, and the statement is given back.
    explicit Query(Borrowed borrowed) : prepared_(borrowed.prepared), connection_(borrowed.connection) {}

    static Connection::Prepared& borrow(Connection& connection, std::string_view sql);
    void rewind();
    /// The bytes of a text or a blob; SQLite's, until the next step.
    std::string_view view();
    [[noreturn]] void corrupt(std::string_view value);
    bool is_null() const;

    template <class T>
    std::optional<T> maybe(T (Query::*read)()) {
        if (!is_null()) return (this->*read)();
        ++column_;
        return std::nullopt;
    }

    Connection::Prepared& prepared_;
    Connection& connection_;
    int parameter_ = 0;
    int column_ = 0;
};

}  // namespace cellwise::sqlite
