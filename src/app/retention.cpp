// SPDX-License-Identifier: Apache-2.0
#include "app/retention.hpp"

#include "cellwise/base/log.hpp"

#include <memory>

namespace cellwise::app {
namespace {

constexpr std::uint32_t kRowsPerWrite = 1'000;

}  // namespace

Retention::Retention(ports::Database& database, ports::Clock& clock, Duration uplinks)
    : database_(database), clock_(clock), uplinks_(uplinks) {}

void Retention::tick() {
    if (busy_) return;
    busy_ = true;
    auto erased = std::make_shared<std::int64_t>(0);
    auto work = [erased, before = clock_.now() - uplinks_](ports::Transaction& tx) -> Status {
        const auto count = tx.uplinks().erase_before(before, kRowsPerWrite);
        if (!count) return count.error();
        *erased = *count;
        return Status{};
    };
    database_.write(std::move(work), [this, erased](const Status& status) {
        busy_ = false;
        if (!status) return log::error("old uplinks cannot be erased", {{"reason", status.error().message}});
        if (*erased == kRowsPerWrite) tick();
    });
}

}  // namespace cellwise::app
