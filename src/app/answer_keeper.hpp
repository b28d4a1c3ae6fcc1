// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/http.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cellwise::app {

/// Answers a call that comes twice with the same Idempotency-Key as it was answered the first time. The key is
/// reserved in the store's line before the call is begun, and the answer is stored when it is given; a key that was
/// reserved by a daemon that stopped has an outcome that nobody knows, and says so. Callable from any thread.
class AnswerKeeper {
 public:
    static constexpr Duration kKept = std::chrono::hours(24);
    static constexpr std::int64_t kMost = 200'000;      ///< keys of the last 24 h
    static constexpr std::size_t kLargest = 1U << 20U;  ///< bytes of an answer that is kept

    AnswerKeeper(ports::Database& database, ports::Clock& clock, std::int64_t most = kMost);
    ~AnswerKeeper();
    AnswerKeeper(const AnswerKeeper&) = delete;
    AnswerKeeper& operator=(const AnswerKeeper&) = delete;

    /// Counts what is stored. Once, before the first call.
    Status open();

    /// A key that this call holds. Exactly one of the three ends it; dropped, it is given back.
    class Claim {
     public:
        struct State;
        explicit Claim(std::shared_ptr<State> state) : state_(std::move(state)) {}
        /// The answer: a good one is kept, after one that refused the key is as if it had not been used. A 500 leaves
        /// in doubt what was done.
        void answered(const std::string& fingerprint, const ports::HttpResponse& response) const;

     private:
        std::shared_ptr<State> state_;
    };
    /// Either the call is to be made, or there is an answer for the same request: compare `fingerprint`.
    struct Found {
        std::optional<Claim> claim{};
        ports::KeptAnswer kept{};
    };
    /// Errors: InvalidInput "idempotency.key.invalid"; Conflict "idempotency.in_progress", "idempotency.unknown";
    /// TooMany "idempotency.full", "database.queue_full".
    Result<Found> claim(std::string caller, std::string key);

    /// For app::Retention: at most `limit` of those whose day is over.
    Result<std::int64_t> erase_old(ports::Transaction& tx, Timestamp now, std::uint32_t limit);

 private:
    struct Core;
    std::shared_ptr<Core> core_;
};

/// InvalidInput "idempotency.mismatch": the key was used for another request.
Error other_request(const std::string& key);

}  // namespace cellwise::app
