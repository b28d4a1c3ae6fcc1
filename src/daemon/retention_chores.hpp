// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/answer_keeper.hpp"
#include "app/retention.hpp"

namespace cellwise::daemon {

/// What the operators' API leaves behind: audit entries, kept answers, ended sessions.
inline void add_operators_chores(app::Retention& retention, app::AnswerKeeper& answers, Duration audit) {
    using Tx = ports::Transaction;
    retention.add("old audit entries cannot be erased", [audit](Tx& tx, Timestamp now, std::uint32_t limit) {
        return tx.audit().erase_before(now - audit, limit);
    });
    retention.add("old answers cannot be erased", [&answers](Tx& tx, Timestamp now, std::uint32_t limit) {
        return answers.erase_old(tx, now, limit);
    });
    retention.add("ended sessions cannot be erased", [](Tx& tx, Timestamp now, std::uint32_t limit) {
        return tx.operators().erase_ended_sessions(now, limit);
    });
}

/// Tokens that open nothing any more.
inline void add_download_chores(app::Retention& retention) {
    retention.add("expired download tokens cannot be erased",
                  [](ports::Transaction& tx, Timestamp now, std::uint32_t limit) {
                      return tx.download_tokens().erase_expired(now, limit);
                  });
}

}  // namespace cellwise::daemon
