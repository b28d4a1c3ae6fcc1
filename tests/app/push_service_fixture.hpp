// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/inline_database.hpp"
#include "app/push_service.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::app {

template <class Id>
Id nth(unsigned n) {
    const auto digits = std::to_string(n);
    std::string text = Id::kLength == 36 ? "00000000-0000-4000-8000-000000000000" : std::string(24, '0');
    return *Id::parse(text.replace(text.size() - digits.size(), digits.size(), digits));
}

inline Error no_answer() { return {ErrorKind::Unavailable, "http.timeout", "no answer in time"}; }

/// Keeps what it is given until the test answers it.
class HeldSender final : public ports::PushSender {
 public:
    struct Sent {
        std::string url;
        domain::Push push;
        Done done;
    };

    void send(const domain::Subscription& subscription, const domain::Push& push, Done done) override {
        const auto same_device = [&](const Sent& each) { return each.push.device == push.device; };
        EXPECT_TRUE(std::none_of(under_way.begin(), under_way.end(), same_device)) << "two of one device at once";
        attempts.push_back(push.sequence);
        under_way.push_back({subscription.callback_url, push, std::move(done)});
    }

    std::vector<Sent> under_way;
    std::vector<std::int64_t> attempts;  ///< of all time, in order
};

/// A push service over a database file, with three applications that have subscribed.
class PushServiceFixture : public testing::Test {
 protected:
    PushServiceFixture() {
        open();
        for (unsigned app = 1; app <= 3; ++app) subscribe(app, "http://receiver" + std::to_string(app) + ":80/push");
    }

    /// As at a start of the daemon: what is not in the file is gone.
    void open() {
        service.reset();
        database.reset();
        sender.under_way.clear();
        database =
            sqlite::InlineDatabase::open({.path = directory / "cellwise.db", .sync = sqlite::Sync::Off}).value();
        service = std::make_unique<PushService>(*database, clock, sender, options);
    }

    void change(const ports::Database::Work& work) {
        database->write(work, [](const Status& status) { ASSERT_TRUE(status) << status.error().message; });
        settle();
    }
    /// Until every write has been told, and what they led to as well.
    void settle() {
        while (database->pending() > 0) ASSERT_TRUE(database->commit());
    }

    void subscribe(unsigned app, const std::string& url,
                   domain::NotifyType type = domain::NotifyType::SwUpgradeResult) {
        change([&](ports::Transaction& tx) -> Status {
            if (!tx.applications().find(nth<AppId>(app)).value()) {
                const auto made =
                    tx.applications().insert({.id = nth<AppId>(app), .name = "app" + std::to_string(app)});
                if (!made) return made;
            }
            return tx.subscriptions().save(
                {.id = nth<SubscriptionId>(app), .app = nth<AppId>(app), .type = type, .callback_url = url});
        });
    }
    void unsubscribe(unsigned app) {
        change([&](ports::Transaction& tx) -> Status {
            const auto erased = tx.subscriptions().erase(nth<SubscriptionId>(app));
            return erased ? Status{} : Status{erased.error()};
        });
    }

    /// In the outbox, due now; nobody was poked.
    std::int64_t append(unsigned app, unsigned device, const std::string& url = {}) {
        std::int64_t sequence = 0;
        change([&](ports::Transaction& tx) -> Status {
            const auto appended = tx.outbox().append({.app = nth<AppId>(app),
                                                      .device = nth<DeviceId>(device),
                                                      .url = url,
                                                      .occurred_at = clock.now(),
                                                      .due_at = clock.now()});
            if (!appended) return appended.error();
            sequence = *appended;
            return {};
        });
        return sequence;
    }

    /// Answers the push under way and commits what follows.
    void answer(std::int64_t sequence, Result<int> result) {
        deliver(sequence, std::move(result));
        settle();
    }
    void deliver(std::int64_t sequence, Result<int> result) {
        const auto sent = std::find_if(sender.under_way.begin(), sender.under_way.end(),
                                       [&](const auto& each) { return each.push.sequence == sequence; });
        ASSERT_NE(sent, sender.under_way.end()) << sequence << " is not under way";
        const auto done = std::move(sent->done);
        sender.under_way.erase(sent);
        done(std::move(result));
    }

    std::vector<std::int64_t> under_way() const {
        std::vector<std::int64_t> out;
        for (const auto& sent : sender.under_way) out.push_back(sent.push.sequence);
        std::sort(out.begin(), out.end());
        return out;
    }
    std::vector<domain::Push> stored(bool dead = false) {
        std::vector<domain::Push> out;
        EXPECT_TRUE(database->read([&](ports::Transaction& tx) -> Status {
            out = tx.outbox().list(dead, {.limit = 1000}).value().items;
            return {};
        }));
        return out;
    }
    /// Turns the clock a second at a time, ticking, until that push is sent again; how long that took.
    std::optional<Duration> wait_for(std::int64_t sequence, Duration most = std::chrono::minutes{20}) {
        for (Duration waited{0}; waited <= most; waited += kSecond) {
            const auto now = under_way();
            if (std::count(now.begin(), now.end(), sequence) > 0) return waited;
            clock.advance(kSecond);
            service->tick();
            settle();
        }
        return std::nullopt;
    }

    static constexpr Duration kSecond{1'000};
    using Numbers = std::vector<std::int64_t>;

    fakes::TemporaryDirectory directory;
    fakes::ManualClock clock;
    HeldSender sender;
    PushService::Options options;
    std::unique_ptr<sqlite::InlineDatabase> database;
    std::unique_ptr<PushService> service;
};

}  // namespace cellwise::app
