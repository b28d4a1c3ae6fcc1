// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/query.hpp"

#include "adapters/sqlite/errors.hpp"

#include "cellwise/base/assert.hpp"

#include <SQLiteCpp/Column.h>

namespace cellwise::sqlite {

Connection::Prepared& Query::borrow(Connection& connection, std::string_view sql) {
    auto& prepared = connection.prepared(sql);
    CELLWISE_ASSERT(!prepared.in_use);
    prepared.in_use = true;
    return prepared;
}

Query::~Query() {
    // A failed step reports its error again on reset: it has been thrown already.
    prepared_.statement.tryReset();
    prepared_.in_use = false;
}

void Query::bind(std::int64_t value) { prepared_.statement.bind(++parameter_, value); }
void Query::bind(double value) { prepared_.statement.bind(++parameter_, value); }
void Query::bind(const std::string& text) { prepared_.statement.bind(++parameter_, text); }
void Query::bind(std::nullopt_t) { prepared_.statement.bind(++parameter_); }

void Query::bind(ByteView bytes) {
    // SQLite takes a null pointer for NULL, whatever the length.
    const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
    prepared_.statement.bind(++parameter_, data, static_cast<int>(bytes.size()));
}

void Query::rewind() {
    prepared_.statement.reset();
    parameter_ = 0;
}

bool Query::next() {
    column_ = 0;
    return prepared_.statement.executeStep();
}

int Query::run() {
    while (prepared_.statement.executeStep()) {
    }
    return connection_.database().getChanges();
}

std::string_view Query::view() {
    const auto column = prepared_.statement.getColumn(column_++);
    // A blob's bytes are a text's, too: UTF-8 is what we store.
    const auto* data = static_cast<const char*>(column.getBlob());
    return data == nullptr ? std::string_view{} : std::string_view(data, static_cast<std::size_t>(column.getBytes()));
}

std::int64_t Query::integer() { return prepared_.statement.getColumn(column_++).getInt64(); }
double Query::real() { return prepared_.statement.getColumn(column_++).getDouble(); }

Bytes Query::blob() {
    const auto bytes = as_bytes(view());
    return {bytes.begin(), bytes.end()};
}

bool Query::is_null() const { return prepared_.statement.isColumnNull(column_); }

void Query::corrupt(std::string_view value) {
    throw CorruptRow("the database holds an impossible value: column " +
                     std::string(prepared_.statement.getColumnName(column_ - 1)) + " is \"" + printable(value) + '"');
}

}  // namespace cellwise::sqlite
