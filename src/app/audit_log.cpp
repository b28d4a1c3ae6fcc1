// SPDX-License-Identifier: Apache-2.0
#include "app/audit_log.hpp"

#include "cellwise/base/log.hpp"

#include <atomic>
#include <utility>

namespace cellwise::app {

using domain::AuditEntry;
using domain::AuditOutcome;

/// What open entries need; calls may be dropped after the log itself has gone, when the daemon ends.
struct AuditLog::Core {
    Core(ports::Database& store, ports::Clock& time) : database(store), clock(time) {}

    ports::Database& database;
    ports::Clock& clock;
    std::atomic<bool> closed{false};
};

/// One call from its begin to its answer.
class AuditLog::Open {
 public:
    Open(std::shared_ptr<Core> core, bool has_target) : core_(std::move(core)), has_target_(has_target) {}
    ~Open() {
        if (!ended_.exchange(true)) write({.outcome = AuditOutcome::Failed, .code = "http.interrupted"});
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

    /// Written on the store thread when the entry is stored, read there when its end is: the line keeps the order.
    std::shared_ptr<std::int64_t> sequence() const { return sequence_; }

    void end(const ports::HttpResponse& response) {
        if (ended_.exchange(true)) return;
        AuditEntry end{
            .outcome = domain::outcome_of(response.status), .status = response.status, .code = response.error_code};
        if (!has_target_ && end.outcome == AuditOutcome::Done) end.target = made_id(response.body);
        write(std::move(end));
    }

 private:
    void write(AuditEntry end) {
        if (core_->closed) return;
        end.ended_at = core_->clock.now();
        auto work = [sequence = sequence_, end = std::move(end)](ports::Transaction& tx) {
            return tx.audit().finish(*sequence, end);
        };
        core_->database.write(std::move(work), [](const Status& status) {
            if (!status) log::error("audit entry not ended", {{"reason", status.error().message}});
        });
    }

    std::shared_ptr<Core> core_;
    const bool has_target_;
    std::shared_ptr<std::int64_t> sequence_ = std::make_shared<std::int64_t>(0);
    std::atomic<bool> ended_{false};
};

AuditLog::AuditLog(ports::Database& database, ports::Clock& clock) : core_(std::make_shared<Core>(database, clock)) {}

AuditLog::~AuditLog() { core_->closed = true; }

void AuditLog::give_up_open() {
    const auto given_up = std::make_shared<std::int64_t>(0);
    const auto work = [given_up](ports::Transaction& tx) -> Status {
        const auto count = tx.audit().give_up_open();
        if (!count) return count.error();
        *given_up = *count;
        return {};
    };
    core_->database.write(work, [given_up](const Status& status) {
        if (!status) return log::error("audit log not tidied", {{"reason", status.error().message}});
        if (*given_up > 0) log::warning("calls were under way when the daemon stopped", {{"calls", *given_up}});
    });
}

Result<ports::Respond> AuditLog::begin(AuditEntry entry, ports::Respond respond) {
    entry.at = core_->clock.now();
    entry.outcome = AuditOutcome::UnderWay;
    const auto open = std::make_shared<Open>(core_, !entry.target.empty());
    auto work = [sequence = open->sequence(), entry = std::move(entry)](ports::Transaction& tx) -> Status {
        const auto stored = tx.audit().append(entry);
        if (!stored) return stored.error();
        *sequence = *stored;
        return {};
    };
    const bool queued = core_->database.enqueue(std::move(work), [](const Status& status) {
        if (!status) log::error("audit entry not written", {{"reason", status.error().message}});
    });
    if (!queued) {
        return Error{.kind = ErrorKind::TooMany,
                     .code = "database.queue_full",
                     .message = "too many writes wait for the database"};
    }
    return ports::Respond([open, respond = std::move(respond)](ports::HttpResponse response) {
        open->end(response);
        respond(std::move(response));
    });
}

std::string made_id(std::string_view body) {
    constexpr std::string_view kBegin = "{\"";
    constexpr std::string_view kMiddle = "Id\":\"";
    constexpr std::size_t kLongest = 64;
    if (!body.starts_with(kBegin)) return {};
    const auto name_end = body.find('"', kBegin.size());
    if (name_end == std::string_view::npos || name_end < kBegin.size() + 2) return {};
    if (!body.substr(name_end - 2).starts_with(kMiddle)) return {};
    const auto id = body.substr(name_end - 2 + kMiddle.size());
    const auto end = id.find('"');
    return end == std::string_view::npos || end > kLongest ? std::string{} : std::string(id.substr(0, end));
}

}  // namespace cellwise::app
