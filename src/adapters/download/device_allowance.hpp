// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <variant>

namespace cellwise::download {

/// What one device may take of the server, so that one in a loop costs no more than a bad day of a healthy one: how
/// many downloads at once, how many requests, and how many times over its file. The last two are buckets that leak: a
/// whole minute's requests, or a whole day's copies, may come at once, and no more than leaks out comes after them.
///
/// In memory, for devices whose token was right and whose buckets are not empty; a restart forgives. Callable from
/// any thread.
class DeviceAllowance {
 public:
    struct Limits {
        std::size_t at_once = 4;
        std::uint32_t requests_a_minute = 6'000;  ///< 0: no limit
        /// A request for a part of the file costs that part of a copy, and what was not sent of it costs nothing.
        std::uint32_t copies_a_day = 100;  ///< 0: no limit
    };
    static constexpr Duration kMinute{60'000};
    static constexpr Duration kDay = kMinute * 60 * 24;

    struct Refusal {
        Error error;           ///< TooMany
        Duration retry_after;  ///< before then it would be refused again
        bool is_news;          ///< the first of this device within an hour: for people
    };

 private:
    /// Leaks `limit` units in each `period`.
    struct Bucket {
        double level = 0;  ///< as of `at`
        Timestamp at{};

        double level_at(double limit, Duration period, Timestamp now) const;
        /// Nothing when there is room; else how long until there is.
        std::optional<Duration> put(double amount, double limit, Duration period, Timestamp now);
    };
    struct Account {
        std::size_t under_way = 0;
        Bucket requests{};
        Bucket copies{};
        std::optional<Timestamp> told_at{};
    };
    struct Accounts {
        std::mutex mutex{};
        std::unordered_map<DeviceId, Account> of_devices{};
        Timestamp swept_at{};
    };

 public:
    /// What a transfer takes; its end gives back the place, and what was not sent.
    class Share {
     public:
        Share(DeviceAllowance& allowance, const DeviceId& device, std::uint64_t bytes, std::uint64_t file_size);
        ~Share();
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        void on_sent(std::uint64_t bytes) { unsent_ = asked_ - bytes; }

     private:
        std::shared_ptr<Accounts> accounts_;  // outlives the allowance with whoever still sends
        DeviceId device_;
        std::uint64_t asked_;
        std::uint64_t unsent_;
        std::uint64_t file_size_;
    };

    /// `clock` must not be set back, and outlives all but the shares.
    DeviceAllowance(const ports::Clock& clock, const Limits& limits)
        : clock_(clock), limits_(limits), accounts_(std::make_shared<Accounts>()) {}

    /// A request came, whatever it is for. Refusal "download.too_often".
    std::optional<Refusal> admit(const DeviceId& device);
    /// So many bytes of a file are to be sent. Refusals "download.too_many" (at once), "download.too_much".
    std::variant<std::unique_ptr<Share>, Refusal> begin(const DeviceId& device, std::uint64_t bytes,
                                                        std::uint64_t file_size);
    /// How many devices have an account.
    std::size_t remembered();

 private:
    Refusal refuse(Account& account, const char* code, const char* message, Duration retry_after);
    void sweep(Timestamp now);

    const ports::Clock& clock_;
    const Limits limits_;
    std::shared_ptr<Accounts> accounts_;
};

}  // namespace cellwise::download
