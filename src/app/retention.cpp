// SPDX-License-Identifier: Apache-2.0
#include "app/retention.hpp"

#include "cellwise/base/log.hpp"

#include <memory>

namespace cellwise::app {
namespace {

/// A commit of so many is over in some hundredths of a second.
constexpr std::uint32_t kRowsPerWrite = 500;

}  // namespace

Retention::Retention(ports::Database& database, ports::Clock& clock, const Periods& periods)
    : database_(database), clock_(clock) {
    using ports::Transaction;
    chores_ = {
        {"old uplinks cannot be erased",
         [period = periods.uplinks](Transaction& tx, Timestamp now, std::uint32_t limit) {
             return tx.uplinks().erase_before(now - period, limit);
         }},
        {"old events of devices cannot be erased",
         [period = periods.events](Transaction& tx, Timestamp now, std::uint32_t limit) {
             return tx.timeline().erase_before(now - period, limit);
         }},
        {"old dead letters cannot be erased",
         [period = periods.dead_letters](Transaction& tx, Timestamp now, std::uint32_t limit) {
             return tx.outbox().erase_dead_before(now - period, limit);
         }},
        {"old tasks cannot be erased",
         [period = periods.tasks](Transaction& tx, Timestamp now, std::uint32_t limit) {
             return tx.tasks().erase_ended_before(now - period, limit);
         }},
        {"what erased tasks left cannot be erased",
         [](Transaction& tx, Timestamp, std::uint32_t limit) { return tx.tasks().erase_remains(limit); }},
        {"what erased applications left cannot be erased",
         [](Transaction& tx, Timestamp, std::uint32_t limit) { return tx.applications().erase_remains(limit); }},
        {"what erased groups left cannot be erased",
         [](Transaction& tx, Timestamp, std::uint32_t limit) { return tx.groups().erase_remains(limit); }},
        {"what erased devices left cannot be erased",
         [](Transaction& tx, Timestamp, std::uint32_t limit) { return tx.devices().erase_remains(limit); }}};
}

void Retention::tick() {
    for (auto& chore : chores_) work_on(chore);
}

/// Batch by batch, each asked for when the one before is committed.
void Retention::work_on(Chore& chore) {
    if (chore.busy) return;
    chore.busy = true;
    auto erased = std::make_shared<std::int64_t>(0);
    auto work = [erased, erase = chore.erase, now = clock_.now()](ports::Transaction& tx) -> Status {
        const auto count = erase(tx, now, kRowsPerWrite);
        if (!count) return count.error();
        *erased = *count;
        return Status{};
    };
    database_.write(std::move(work), [this, &chore, erased](const Status& status) {
        chore.busy = false;
        if (!status) return log::error(chore.failed, {{"reason", status.error().message}});
        if (*erased == kRowsPerWrite) work_on(chore);
    });
}

}  // namespace cellwise::app
