// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/audit_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::AuditEntry;

const std::string kColumns =
    "at, actor_kind, actor, actor_name, action, target, summary, address, client_subject, outcome, status, code,"
    " ended_at";
const std::string kAppend = "INSERT INTO audit (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// A target that is known is not assigned: each index of which a column is assigned costs a page or two.
const std::string kFinish = "UPDATE audit SET outcome = ?, status = ?, code = ?, ended_at = ? WHERE sequence = ?";
const std::string kName = "UPDATE audit SET target = ? WHERE sequence = ? AND target = ''";
const std::string kGiveUpOpen = "UPDATE audit SET outcome = 'unknown' WHERE outcome = 'under_way'";
const std::string kEraseBefore =
    "DELETE FROM audit WHERE sequence IN (SELECT sequence FROM audit WHERE at < ? ORDER BY at LIMIT ?)";

AuditEntry read_entry(Query& row) {
    AuditEntry entry{.sequence = row.integer(), .at = row.time()};
    entry.actor = {.kind = row.named(domain::parse_actor_kind), .id = row.text(), .name = row.text()};
    entry.action = row.text();
    entry.target = row.text();
    entry.summary = row.text();
    entry.address = row.text();
    entry.client_subject = row.text();
    entry.outcome = row.named(domain::parse_audit_outcome);
    entry.status = row.number<int>();
    entry.code = row.text();
    entry.ended_at = row.maybe_time();
    return entry;
}

}  // namespace

Result<std::int64_t> AuditStore::append(const AuditEntry& entry) try {
    Query insert(connection_, kAppend, entry.at, to_string(entry.actor.kind), entry.actor.id, entry.actor.name,
                 entry.action, entry.target, entry.summary, entry.address, entry.client_subject,
                 to_string(entry.outcome), entry.status, entry.code, entry.ended_at);
    insert.run();
    return insert.last_sequence();
} catch (...) {
    return caught();
}

Status AuditStore::finish(std::int64_t sequence, const AuditEntry& end) try {
    Query(connection_, kFinish, to_string(end.outcome), end.status, end.code, end.ended_at, sequence).run();
    if (!end.target.empty()) Query(connection_, kName, end.target, sequence).run();
    return {};
} catch (...) {
    return caught();
}

Result<std::int64_t> AuditStore::give_up_open() try { return Query(connection_, kGiveUpOpen).run(); } catch (...) {
    return caught();
}

Result<ports::Page<AuditEntry>> AuditStore::list(const ports::AuditFilter& filter,
                                                 const ports::PageRequest& page) try {
    Conditions conditions;
    conditions.add_if("actor = ?", filter.actor);
    // The second half is the index's own condition: without it SQLite does not use it.
    conditions.add_if("target = ? AND target <> ''", filter.target);
    conditions.add_if("action = ?", filter.action);
    conditions.add_if("at >= ?", filter.from);
    conditions.add_if("at < ?", filter.to);
    if (!page.after.empty()) {
        const auto cursor = parse_time_cursor(page.after);
        if (!cursor) return cursor.error();
        const auto sequence = parse_sequence_cursor(cursor->rest);
        if (!sequence) return malformed_cursor(page.after);
        conditions.add("(at, sequence) < (?, ?)", cursor->at, *sequence);
    }
    Query rows(connection_, "SELECT at || '.' || sequence, sequence, " + kColumns + " FROM audit" + conditions.sql() +
                                " ORDER BY at DESC, sequence DESC LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, read_entry);
} catch (...) {
    return caught();
}

Result<std::int64_t> AuditStore::erase_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseBefore, before, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
