// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/access.hpp"
#include "cellwise/domain/audit.hpp"
#include "cellwise/ports/page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What belongs to the operators' API alone: who signs in, what was changed by whom, and which answers are kept for
/// those who ask twice.
namespace cellwise::ports {

class OperatorStore {
 public:
    virtual ~OperatorStore() = default;
    virtual Status insert(const domain::Operator& who) = 0;  ///< Conflict "operator.duplicate" by name
    virtual Status save(const domain::Operator& who) = 0;    ///< all but id, name and created_at
    virtual Result<bool> erase(const OperatorId& id) = 0;    ///< with the sessions
    virtual Result<std::optional<domain::Operator>> find(const OperatorId& id) = 0;
    virtual Result<std::optional<domain::Operator>> find_by_name(std::string_view name) = 0;
    virtual Result<Page<domain::Operator>> list(const PageRequest& page) = 0;

    virtual Status insert_session(const domain::OperatorSession& session) = 0;  ///< NotFound "operator.not_found"
    virtual Result<std::optional<domain::OperatorSession>> find_session(std::string_view hash) = 0;
    virtual Result<bool> erase_session(std::string_view hash) = 0;
    virtual Status erase_sessions_of(const OperatorId& id) = 0;
    /// At most `limit` of those that ended by `now`; how many there were.
    virtual Result<std::int64_t> erase_ended_sessions(Timestamp now, std::uint32_t limit) = 0;
};

struct AuditFilter {
    std::optional<std::string> actor{};   ///< the actor's id
    std::optional<std::string> target{};  ///< the target's id
    std::optional<std::string> action{};
    std::optional<Timestamp> from{};  ///< at or after
    std::optional<Timestamp> to{};    ///< before
};

class AuditStore {
 public:
    virtual ~AuditStore() = default;
    virtual Result<std::int64_t> append(const domain::AuditEntry& entry) = 0;  ///< its sequence
    /// What came of it: outcome, status, code, ended_at, and the target when it was not known before.
    virtual Status finish(std::int64_t sequence, const domain::AuditEntry& end) = 0;
    /// Every entry that is under way becomes unknown: for the start of the daemon. How many there were.
    virtual Result<std::int64_t> give_up_open() = 0;
    virtual Result<Page<domain::AuditEntry>> list(const AuditFilter& filter,
                                                  const PageRequest& page) = 0;  ///< newest first
    /// At most `limit` of those before `before`; how many there were.
    virtual Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) = 0;
};

/// The answer to a call with an Idempotency-Key.
struct KeptAnswer {
    std::string caller{};       ///< who asked; a key is the caller's own
    std::string key{};          ///< as the caller wrote it
    std::string fingerprint{};  ///< of the whole request; empty while its body is still coming
    int status = 0;             ///< 0: not answered yet
    std::string content_type{};
    std::string body{};
    Timestamp created_at{};

    friend bool operator==(const KeptAnswer&, const KeptAnswer&) = default;
};

class AnswerStore {
 public:
    virtual ~AnswerStore() = default;
    virtual Status insert(const KeptAnswer& answer) = 0;  ///< Conflict "idempotency.in_progress" by caller and key
    virtual Status save(const KeptAnswer& answer) = 0;    ///< fingerprint, status, content type, body
    virtual Result<bool> erase(std::string_view caller, std::string_view key) = 0;
    virtual Result<std::optional<KeptAnswer>> find(std::string_view caller, std::string_view key) = 0;
    virtual Result<std::int64_t> count() = 0;
    /// At most `limit` of those before `before`; how many there were.
    virtual Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) = 0;
};

}  // namespace cellwise::ports
