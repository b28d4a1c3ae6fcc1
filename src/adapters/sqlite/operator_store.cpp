// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/operator_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Operator;
using domain::OperatorSession;

const std::string kColumns = "id, name, role, password_hash, disabled, created_at";
const std::string kInsert = "INSERT INTO operators (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?)";
const std::string kSave = "UPDATE operators SET role = ?, password_hash = ?, disabled = ? WHERE id = ?";
const std::string kDelete = "DELETE FROM operators WHERE id = ?";
const std::string kFind = "SELECT " + kColumns + " FROM operators WHERE id = ?";
const std::string kFindByName = "SELECT " + kColumns + " FROM operators WHERE name = ?";
const std::string kList = "SELECT id, " + kColumns + " FROM operators WHERE id > ? ORDER BY id LIMIT ? OFFSET ?";

const std::string kSessionColumns = "hash, operator, created_at, expires_at";
const std::string kInsertSession = "INSERT INTO operator_sessions (" + kSessionColumns + ") VALUES (?, ?, ?, ?)";
const std::string kFindSession = "SELECT " + kSessionColumns + " FROM operator_sessions WHERE hash = ?";
const std::string kDeleteSession = "DELETE FROM operator_sessions WHERE hash = ?";
const std::string kDeleteSessionsOf = "DELETE FROM operator_sessions WHERE operator = ?";
const std::string kDeleteEnded =
    "DELETE FROM operator_sessions WHERE hash IN (SELECT hash FROM operator_sessions WHERE expires_at <= ?"
    " ORDER BY expires_at LIMIT ?)";

Operator read_operator(Query& row) {
    return {.id = row.id<OperatorId>(),
            .name = row.text(),
            .role = row.named(domain::parse_role),
            .password_hash = row.text(),
            .disabled = row.flag(),
            .created_at = row.time()};
}
OperatorSession read_session(Query& row) {
    return {.hash = row.text(), .owner = row.id<OperatorId>(), .created_at = row.time(), .expires_at = row.time()};
}

}  // namespace

Status OperatorStore::insert(const Operator& who) try {
    Query(connection_, kInsert, who.id, who.name, to_string(who.role), who.password_hash, who.disabled,
          who.created_at)
        .run();
    return {};
} catch (...) {
    const auto duplicate = conflict("operator.duplicate", "an operator of this name exists", who.name);
    return caught({{"operators.name", duplicate}, {"operators.id", duplicate}});
}

Status OperatorStore::save(const Operator& who) try {
    Query(connection_, kSave, to_string(who.role), who.password_hash, who.disabled, who.id).run();
    return {};
} catch (...) {
    return caught();
}

Result<bool> OperatorStore::erase(const OperatorId& id) try {
    return Query(connection_, kDelete, id).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<Operator>> OperatorStore::find(const OperatorId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_operator(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Operator>> OperatorStore::find_by_name(std::string_view name) try {
    Query row(connection_, kFindByName, name);
    return row.next() ? std::optional(read_operator(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Operator>> OperatorStore::list(const ports::PageRequest& page) try {
    Query rows(connection_, kList, page.after);
    return read_page(rows, page, read_operator);
} catch (...) {
    return caught();
}

Status OperatorStore::insert_session(const OperatorSession& session) try {
    Query(connection_, kInsertSession, session.hash, session.owner, session.created_at, session.expires_at).run();
    return {};
} catch (...) {
    return caught({{kForeignKey, not_found("operator.not_found", "no operator bears this id", session.owner.str())}});
}

Result<std::optional<OperatorSession>> OperatorStore::find_session(std::string_view hash) try {
    Query row(connection_, kFindSession, hash);
    return row.next() ? std::optional(read_session(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<bool> OperatorStore::erase_session(std::string_view hash) try {
    return Query(connection_, kDeleteSession, hash).run() > 0;
} catch (...) {
    return caught();
}

Status OperatorStore::erase_sessions_of(const OperatorId& id) try {
    Query(connection_, kDeleteSessionsOf, id).run();
    return {};
} catch (...) {
    return caught();
}

Result<std::int64_t> OperatorStore::erase_ended_sessions(Timestamp now, std::uint32_t limit) try {
    return Query(connection_, kDeleteEnded, now, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
