// SPDX-License-Identifier: Apache-2.0
// What a PushService does with dead letters when an operator says so.
#include "app/push_service.hpp"
#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <string>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Push;
using ports::Transaction;

constexpr std::uint32_t kLettersPerWrite = 500;
constexpr std::int64_t kLettersPerCall = 10'000;

Status throw_away(Transaction& tx, const Push& push) {
    const auto erased = tx.outbox().erase(push.sequence);
    return erased ? Status{} : Status{erased.error()};
}

}  // namespace

PushService::Order PushService::revive() {
    return [now = clock_.now()](Transaction& tx, Push push) {
        push.dead = false;
        push.attempts = 0;
        push.due_at = now;
        push.revived_at = now;
        return tx.outbox().save(push);
    };
}

void PushService::replay(std::int64_t sequence, Done done) { with_dead(sequence, revive(), std::move(done)); }

void PushService::erase_dead(std::int64_t sequence, Done done) { with_dead(sequence, throw_away, std::move(done)); }

void PushService::with_dead(std::int64_t sequence, Order order, Done done) {
    const auto work = [sequence, order = std::move(order)](Transaction& tx) -> Status {
        const auto found = tx.outbox().find(sequence);
        if (!found) return found.error();
        const auto number = std::to_string(sequence);
        if (!*found) return not_found("push.not_found", "no push bears this number", number);
        if (!(*found)->dead) return conflict("push.alive", "the push is no dead letter: it is still tried", number);
        return order(tx, **found);
    };
    database_.write(work, [this, alive = std::weak_ptr(alive_), done = std::move(done)](const Status& written) {
        done(written);
        if (written && !alive.expired()) poke();
    });
}

void PushService::replay_all(const std::optional<AppId>& app, PiecesDone done) {
    go_on(std::make_shared<Sweep>(Sweep{.app = app, .order = revive(), .done = std::move(done)}));
}

void PushService::erase_all_dead(const std::optional<AppId>& app, PiecesDone done) {
    go_on(std::make_shared<Sweep>(Sweep{.app = app, .order = throw_away, .done = std::move(done)}));
}

/// In order of their numbers, each once: what dies again meanwhile is not met again.
void PushService::go_on(std::shared_ptr<Sweep> sweep) {
    const auto work = [sweep](Transaction& tx) -> Result<std::uint32_t> {
        const auto letters = tx.outbox().dead(sweep->app, sweep->after, kLettersPerWrite);
        if (!letters) return letters.error();
        for (const auto& letter : *letters) {
            if (auto ordered = sweep->order(tx, letter); !ordered) return ordered.error();
        }
        if (!letters->empty()) sweep->after = letters->back().sequence;
        return static_cast<std::uint32_t>(letters->size());
    };
    write<std::uint32_t>(database_, work, [this, alive = std::weak_ptr(alive_), sweep](Result<std::uint32_t> count) {
        if (!count) return sweep->done(count.error());
        if (alive.expired()) return;
        sweep->pieces.count += *count;
        sweep->pieces.more = *count == kLettersPerWrite;
        if (sweep->pieces.more && sweep->pieces.count < kLettersPerCall) return go_on(sweep);
        log::info("dead letters were dealt with", {{"count", sweep->pieces.count}});
        sweep->done(sweep->pieces);
        poke();
    });
}

}  // namespace cellwise::app
