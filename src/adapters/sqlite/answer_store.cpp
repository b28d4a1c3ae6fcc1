// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/answer_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using ports::KeptAnswer;

const std::string kColumns = "caller, key, fingerprint, status, content_type, body, created_at";
const std::string kInsert = "INSERT INTO kept_answers (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?)";
const std::string kSave =
    "UPDATE kept_answers SET fingerprint = ?, status = ?, content_type = ?, body = ? WHERE caller = ? AND key = ?";
const std::string kDelete = "DELETE FROM kept_answers WHERE caller = ? AND key = ?";
const std::string kFind = "SELECT " + kColumns + " FROM kept_answers WHERE caller = ? AND key = ?";
const std::string kCount = "SELECT count(*) FROM kept_answers";
const std::string kEraseBefore =
    "DELETE FROM kept_answers WHERE rowid IN (SELECT rowid FROM kept_answers WHERE created_at < ?"
    " ORDER BY created_at LIMIT ?)";

KeptAnswer read_answer(Query& row) {
    KeptAnswer answer{.caller = row.text(), .key = row.text(), .fingerprint = row.text()};
    answer.status = row.number<int>();
    answer.content_type = row.text();
    answer.body = std::string(as_text(row.blob()));
    answer.created_at = row.time();
    return answer;
}

}  // namespace

Status AnswerStore::insert(const KeptAnswer& answer) try {
    Query(connection_, kInsert, answer.caller, answer.key, answer.fingerprint, answer.status, answer.content_type,
          as_bytes(answer.body), answer.created_at)
        .run();
    return {};
} catch (...) {
    return caught({{"kept_answers.caller, kept_answers.key",
                    conflict("idempotency.in_progress", "a call with this key is under way", answer.key)}});
}

Status AnswerStore::save(const KeptAnswer& answer) try {
    Query(connection_, kSave, answer.fingerprint, answer.status, answer.content_type, as_bytes(answer.body),
          answer.caller, answer.key)
        .run();
    return {};
} catch (...) {
    return caught();
}

Result<bool> AnswerStore::erase(std::string_view caller, std::string_view key) try {
    return Query(connection_, kDelete, caller, key).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<KeptAnswer>> AnswerStore::find(std::string_view caller, std::string_view key) try {
    Query row(connection_, kFind, caller, key);
    return row.next() ? std::optional(read_answer(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::int64_t> AnswerStore::count() try {
    Query row(connection_, kCount);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

Result<std::int64_t> AnswerStore::erase_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseBefore, before, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
