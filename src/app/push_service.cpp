// SPDX-License-Identifier: Apache-2.0
#include "app/push_service.hpp"

#include "app/transact.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Push;

/// Pushes that are looked at in one read of one application, beyond those under way: a backlog that nobody subscribes
/// to any more is dropped this many at a time.
constexpr std::size_t kLook = 64;
constexpr int kDelivered = 200;
constexpr std::size_t kLongestFault = 200;

/// Spreads consecutive numbers over all 64 bits (the finaliser of SplitMix64).
std::uint64_t scramble(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

/// `first`, doubled for each time after the first.
Duration doubled(Duration first, std::uint32_t times, Duration most) {
    const auto doublings = std::min(std::max(times, 1U) - 1U, 30U);
    return std::min(first * (std::int64_t{1} << doublings), most);
}

/// Not there, or not itself. Another answer than 200 is one all the same: it dislikes this push, not all of them.
bool is_away(const Result<int>& answer) { return !answer || *answer >= 500; }

/// What is delivered in order: of a line one push is under way at a time.
std::string line_of(const Push& push) { return push.device.str() + push.url; }

ports::Database::Work erase(const Push& push) {
    return [sequence = push.sequence](ports::Transaction& tx) -> Status {
        const auto erased = tx.outbox().erase(sequence);
        return erased ? Status{} : Status{erased.error()};
    };
}

ports::Database::Work save(Push push) {
    return [push = std::move(push)](ports::Transaction& tx) { return tx.outbox().save(push); };
}

/// A push that has an address of its own needs no subscription.
domain::Subscription own_address(const Push& push) {
    return {.app = push.app, .type = push.type, .callback_url = push.url};
}

std::string fault_of(const Result<int>& answer) {
    if (answer) return "the server answered " + std::to_string(*answer);
    const auto& error = answer.error();
    const auto text = error.code + ": " + error.message + (error.value.empty() ? "" : ": " + error.value);
    return printable(text.substr(0, kLongestFault));
}

}  // namespace

Duration retry_delay(std::uint32_t attempts, std::int64_t sequence, const PushService::Options& options) {
    const auto full = doubled(options.first_retry, attempts, options.longest_retry);
    const auto draw = scramble(static_cast<std::uint64_t>(sequence) * 0x9E3779B97F4A7C15ULL + attempts);
    const auto off = full / 4 * static_cast<std::int64_t>(draw % 1024) / 1024;
    return std::max(full - off, options.first_retry);
}

PushService::PushService(ports::Database& database, ports::Clock& clock, ports::PushSender& sender, Options options)
    : database_(database), clock_(clock), sender_(sender), options_(options), look_at_(Timestamp::min()) {}

void PushService::poke() { send_to_all(); }

void PushService::tick() {
    if (look_at_ && *look_at_ <= clock_.now()) send_to_all();
}

void PushService::stop() { stopped_ = true; }

void PushService::send_to_all() {
    if (stopped_) return;
    const auto now = clock_.now();
    std::vector<AppId> apps;
    std::optional<Timestamp> next;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        for (auto app = tx.outbox().next_receiver({});; app = tx.outbox().next_receiver(apps.back())) {
            if (!app) return app.error();
            if (!*app) break;
            apps.push_back(**app);
        }
        const auto due = tx.outbox().next_due();
        if (!due) return due.error();
        next = *due;
        return {};
    });
    if (!read) return on_unreadable(read.error());
    // What is due now, and stays so because its receiver's window is full, is looked for again at the next tick.
    look_at_ = next;
    if (!next || *next > now) return;
    for (const auto& app : apps) send_to(app);
}

void PushService::on_unreadable(const Error& error) {
    log::error("the outbox cannot be read", {{"code", error.code}, {"reason", error.message}});
    look_at_ = clock_.now();
}

void PushService::send_to(const AppId& app) {
    auto& receiver = receivers_[app];
    if (stopped_ || receiver.in_flight.size() >= receiver.window || clock_.now() < receiver.paused_until) return;
    const auto found = candidates(app, clock_.now(), receiver.in_flight.size() + kLook);
    if (!found) return on_unreadable(found.error());
    std::size_t given_up = 0;
    for (const auto& [push, subscription] : *found) {
        if (receiver.in_flight.contains(push.sequence)) continue;
        // A dead letter was replayed while a younger push is under way: when that one has ended it is looked again.
        if (under_way_.contains(line_of(push))) continue;
        if (!subscription) {
            record(push, erase(push));
        } else if (receiver.times_away > 0 && is_expired(push)) {
            // Its turn never came while the server was away, and it would not be heard now either.
            record(push, save(after_failure(push, "the server was away for too long")));
            ++given_up;
        } else if (receiver.in_flight.size() < receiver.window) {
            send(*subscription, push);
        }
    }
    if (given_up > 0) {
        log::warning("pushes are given up: their server was away for too long", {{"app", app}, {"count", given_up}});
    }
}

Result<std::vector<PushService::Candidate>> PushService::candidates(const AppId& app, Timestamp now,
                                                                    std::size_t limit) {
    return read<std::vector<Candidate>>(database_, [&](ports::Transaction& tx) -> Result<std::vector<Candidate>> {
        auto pushes = tx.outbox().due_of(app, now, static_cast<std::uint32_t>(limit));
        if (!pushes) return pushes.error();
        const auto exists = tx.applications().find(app);
        if (!exists) return exists.error();
        std::map<domain::NotifyType, std::optional<domain::Subscription>> subscriptions;
        std::vector<Candidate> out;
        for (auto& push : *pushes) {
            if (*exists && !push.url.empty()) {
                out.push_back({.push = push, .subscription = own_address(push)});
                continue;
            }
            // Read at each attempt: a repeated subscription sends what still waits to its new URL.
            const auto [known, is_new] = subscriptions.try_emplace(push.type);
            if (is_new) {
                auto found = tx.subscriptions().find(app, push.type);
                if (!found) return found.error();
                known->second = std::move(*found);
            }
            out.push_back({.push = std::move(push), .subscription = known->second});
        }
        return out;
    });
}

void PushService::send(const domain::Subscription& subscription, const Push& push) {
    take(push);
    sender_.send(subscription, push, [this, alive = std::weak_ptr(alive_), push](const Result<int>& answer) {
        if (!alive.expired()) on_outcome(push, answer);
    });
}

void PushService::on_outcome(const Push& push, const Result<int>& answer) {
    note_answer(push.app, answer);
    if (answer && *answer == kDelivered) return record(push, erase(push));
    auto failed = after_failure(push, fault_of(answer));
    if (failed.dead) {
        log::warning("a push is given up",
                     {{"app", push.app}, {"device", push.device}, {"reason", failed.last_error}});
    }
    record(push, save(std::move(failed)));
}

void PushService::note_answer(const AppId& app, const Result<int>& answer) {
    auto& receiver = receivers_[app];
    if (is_away(answer)) {
        if (receiver.times_away == 0) {
            log::warning("an application server is away", {{"app", app}, {"reason", fault_of(answer)}});
        }
        receiver.window = 1;
        const auto pause = doubled(options_.first_retry, ++receiver.times_away, options_.longest_pause);
        receiver.paused_until = clock_.now() + pause;
    } else {
        if (receiver.times_away > 0) log::info("an application server is back", {{"app", app}});
        receiver.window = std::min(receiver.window + 1, options_.widest_window);
        receiver.times_away = 0;
        receiver.paused_until = {};
    }
}

bool PushService::is_expired(const Push& push) const {
    const auto since = std::max(push.occurred_at, push.revived_at.value_or(push.occurred_at));
    return clock_.now() - since >= options_.keep;
}

Push PushService::after_failure(Push push, std::string fault) const {
    ++push.attempts;
    push.due_at = clock_.now() + retry_delay(push.attempts, push.sequence, options_);
    push.dead = is_expired(push);
    push.last_error = std::move(fault);
    return push;
}

void PushService::take(const Push& push) {
    if (!receivers_[push.app].in_flight.insert(push.sequence).second) return;
    ++in_flight_;
    under_way_.emplace(line_of(push), push.sequence);
}

void PushService::record(const Push& push, ports::Database::Work work) {
    take(push);
    auto done = [this, alive = std::weak_ptr(alive_), app = push.app, line = line_of(push),
                 sequence = push.sequence](const Status& written) {
        if (alive.expired()) return;
        if (const auto found = under_way_.find(line); found != under_way_.end() && found->second == sequence) {
            under_way_.erase(found);
        }
        on_recorded(app, sequence, written);
    };
    database_.write(std::move(work), std::move(done));
}

void PushService::on_recorded(const AppId& app, std::int64_t sequence, const Status& written) {
    in_flight_ -= receivers_[app].in_flight.erase(sequence);
    // The next push of this device may be another application's.
    look_at_ = clock_.now();
    // NotFound: the application was erased meanwhile, and its pushes with it.
    if (written || written.error().kind == ErrorKind::NotFound) return send_to(app);
    log::error("what became of a push cannot be stored",
               {{"code", written.error().code}, {"reason", written.error().message}});
}

}  // namespace cellwise::app
