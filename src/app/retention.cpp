// SPDX-License-Identifier: Apache-2.0
#include "app/retention.hpp"

#include "cellwise/base/log.hpp"

#include <memory>

namespace cellwise::app {
namespace {

/// A commit of so many is over in some hundredths of a second.
constexpr std::uint32_t kRowsPerWrite = 500;

}  // namespace

Retention::Retention(ports::Database& database, ports::Clock& clock, Duration uplinks)
    : database_(database),
      clock_(clock),
      old_uplinks_{"old uplinks cannot be erased",
                   [uplinks](ports::Transaction& tx, Timestamp now, std::uint32_t limit) {
                       return tx.uplinks().erase_before(now - uplinks, limit);
                   }},
      erased_tasks_{
          "what erased tasks left cannot be erased",
          [](ports::Transaction& tx, Timestamp, std::uint32_t limit) { return tx.tasks().erase_remains(limit); }} {}

void Retention::tick() {
    work_on(old_uplinks_);
    work_on(erased_tasks_);
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
