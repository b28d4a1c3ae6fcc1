// SPDX-License-Identifier: Apache-2.0
#include "app/answer_keeper.hpp"

#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>

namespace cellwise::app {
namespace {

constexpr std::size_t kLongestKey = 128;

Status check_key(const std::string& key) {
    const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    if (visible && !key.empty() && key.size() <= kLongestKey) return {};
    return invalid("idempotency.key.invalid", "Idempotency-Key",
                   "Idempotency-Key must be 1 to 128 visible ASCII characters",
                   printable(key).substr(0, kLongestKey));
}

void report(const Status& status) {
    if (!status) log::error("idempotency key not stored", {{"reason", status.error().message}});
}

}  // namespace

Error other_request(const std::string& key) {
    return invalid("idempotency.mismatch", "Idempotency-Key", "the key was used for another request", key);
}

/// Shared with the claims, which may outlive the keeper when the daemon ends.
struct AnswerKeeper::Core {
    using Name = std::pair<std::string, std::string>;  ///< caller and key

    Core(ports::Database& store, ports::Clock& time, std::int64_t limit)
        : database(store), clock(time), most(limit) {}

    ports::Database& database;
    ports::Clock& clock;
    const std::int64_t most;
    std::atomic<std::int64_t> stored{0};
    std::atomic<bool> closed{false};

    /// What the database does not say yet of a key.
    struct InMemory {
        bool held = false;                          ///< by a claim, until the end of it is durable
        bool is_free = false;                       ///< given back, though its row may still be there
        std::optional<ports::KeptAnswer> answer{};  ///< given: whoever asks again at once need not wait
        int leaving = 0;                            ///< rows of it that are being erased
    };

    void remember(const Name& name, const ports::KeptAnswer& answer) {
        const std::lock_guard lock(mutex);
        under_way[name].answer = answer;
    }
    void release(const Name& name) {
        change(name, [](InMemory& entry) { entry = {.leaving = entry.leaving}; });
    }
    /// A claim of a key that had been given back comes to nothing.
    void give_up(const Name& name) {
        change(name, [](InMemory& entry) { entry = {.is_free = true, .leaving = entry.leaving}; });
    }
    void begin_to_leave(const Name& name) {
        change(name, [](InMemory& entry) { entry = {.is_free = true, .leaving = entry.leaving + 1}; });
    }
    void end_to_leave(const Name& name) {
        change(name, [](InMemory& entry) { --entry.leaving; });
    }
    void change(const Name& name, const std::function<void(InMemory&)>& how) {
        const std::lock_guard lock(mutex);
        const auto entry = under_way.find(name);
        how(entry->second);
        if (!entry->second.held && entry->second.leaving == 0) under_way.erase(entry);
    }

    std::mutex mutex{};
    /// So nobody takes the row of a living call for one of a daemon that stopped.
    std::map<Name, InMemory> under_way{};
};

struct AnswerKeeper::Claim::State {
    State(std::shared_ptr<Core> shared, Core::Name whose) : core(std::move(shared)), name(std::move(whose)) {}
    ~State() { give_back(); }

    void keep(ports::KeptAnswer answer) {
        if (!end()) return;
        core->remember(name, answer);
        core->database.write(
            [answer = std::move(answer)](ports::Transaction& tx) { return tx.answers().save(answer); },
            [shared = core, whose = name](const Status& status) {
                report(status);
                shared->release(whose);
            });
    }
    void give_back() {
        if (!end()) return;
        core->begin_to_leave(name);
        const auto erase = [whose = name](ports::Transaction& tx) -> Status {
            const auto erased = tx.answers().erase(whose.first, whose.second);
            return erased ? Status{} : Status{erased.error()};
        };
        core->database.write(erase, [shared = core, whose = name](const Status& status) {
            report(status);
            if (status) --shared->stored;
            shared->end_to_leave(whose);
        });
    }
    /// The row stays as it is: reserved, and answered by nobody.
    void leave_in_doubt() {
        if (end()) core->release(name);
    }
    bool end() { return !ended.exchange(true) && !core->closed; }

    std::shared_ptr<Core> core;
    Core::Name name;
    std::atomic<bool> ended{false};
};

void AnswerKeeper::Claim::answered(const std::string& fingerprint, const ports::HttpResponse& response) const {
    const auto& body = response.kept ? *response.kept : response.body;
    if (response.status == 500 || body.size() > kLargest) return state_->leave_in_doubt();
    if (response.status >= 400) return state_->give_back();
    const auto type = ports::find_header(response.headers, "Content-Type").value_or("");
    state_->keep({.caller = state_->name.first,
                  .key = state_->name.second,
                  .fingerprint = fingerprint,
                  .status = response.status,
                  .content_type = std::string(type),
                  .body = body});
}

AnswerKeeper::AnswerKeeper(ports::Database& database, ports::Clock& clock, std::int64_t most)
    : core_(std::make_shared<Core>(database, clock, most)) {}

AnswerKeeper::~AnswerKeeper() { core_->closed = true; }

Status AnswerKeeper::open() {
    const auto count =
        read<std::int64_t>(core_->database, [](ports::Transaction& tx) { return tx.answers().count(); });
    if (!count) return count.error();
    core_->stored = *count;
    return {};
}

Result<AnswerKeeper::Found> AnswerKeeper::claim(std::string caller, std::string key) {
    if (auto ok = check_key(key); !ok) return ok.error();
    const Core::Name name{std::move(caller), std::move(key)};
    bool was_given_back = false;
    {
        const std::lock_guard lock(core_->mutex);
        auto& known = core_->under_way[name];
        if (known.answer) return Found{.kept = *known.answer};
        if (known.held) return conflict("idempotency.in_progress", "a call with this key is under way", name.second);
        was_given_back = std::exchange(known.is_free, false);
        known.held = true;
    }
    using Row = std::optional<ports::KeptAnswer>;
    // The row of a key that was given back is erased before ours is written: they stand in one line.
    const auto row =
        was_given_back ? Result<Row>(Row{}) : read<Row>(core_->database, [&name](ports::Transaction& tx) {
            return tx.answers().find(name.first, name.second);
        });
    const auto now = core_->clock.now();
    const auto refuse = [&](Error error) -> Result<Found> {
        was_given_back ? core_->give_up(name) : core_->release(name);
        return error;
    };
    if (!row) return refuse(row.error());
    if (*row && (*row)->created_at + kKept > now) {
        if ((*row)->status == 0) {
            return refuse(
                conflict("idempotency.unknown",
                         "the daemon stopped during a call with this key; look whether it was done, and use "
                         "another key",
                         name.second));
        }
        core_->release(name);
        return Found{.kept = **row};
    }
    if (core_->stored >= core_->most) {
        return refuse({.kind = ErrorKind::TooMany,
                       .code = "idempotency.full",
                       .message = "too many keys were used within 24 hours"});
    }
    const auto reserve = [name, now](ports::Transaction& tx) -> Status {
        const auto old = tx.answers().erase(name.first, name.second);  // one whose day is over
        if (!old) return old.error();
        return tx.answers().insert({.caller = name.first, .key = name.second, .created_at = now});
    };
    if (!core_->database.enqueue(reserve, report)) {
        return refuse({.kind = ErrorKind::TooMany,
                       .code = "database.queue_full",
                       .message = "too many writes wait for the database"});
    }
    if (!*row) ++core_->stored;
    return Found{.claim = Claim(std::make_shared<Claim::State>(core_, name))};
}

Result<std::int64_t> AnswerKeeper::erase_old(ports::Transaction& tx, Timestamp now, std::uint32_t limit) {
    auto erased = tx.answers().erase_before(now - kKept, limit);
    if (erased) core_->stored -= *erased;
    return erased;
}

}  // namespace cellwise::app
