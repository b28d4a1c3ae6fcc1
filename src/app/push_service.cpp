// SPDX-License-Identifier: Apache-2.0
#include "app/push_service.hpp"

#include "app/transact.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <algorithm>
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

std::string origin(const std::optional<std::string>& address) {
    return address ? std::string(domain::origin_of(*address)) : std::string{};
}

ports::Database::Work erase(const Push& push) {
    return [sequence = push.sequence](ports::Transaction& tx) -> Status {
        const auto erased = tx.outbox().erase(sequence);
        return erased ? Status{} : Status{erased.error()};
    };
}

ports::Database::Work save(Push push) {
    return [push = std::move(push)](ports::Transaction& tx) { return tx.outbox().save(push); };
}

/// As if a subscription said so: a push that has an address of its own needs none.
domain::Subscription to(const Push& push, std::string url) {
    return {.app = push.app, .type = push.type, .callback_url = std::move(url)};
}

/// Where pushes for a receiver of this name go: to the address that it is, or where the type that it is is subscribed
/// to; nothing when it is not.
Result<std::optional<std::string>> address_of(ports::Transaction& tx, const AppId& app, const std::string& name) {
    const auto type = domain::parse_notify_type(name);
    if (!type) return std::optional(name);
    const auto found = tx.subscriptions().find(app, *type);
    if (!found) return found.error();
    return *found ? std::optional((*found)->callback_url) : std::nullopt;
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
    std::map<Server, std::set<std::string>> servers;
    std::optional<Timestamp> next;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        for (auto app = tx.outbox().next_app({});; app = tx.outbox().next_app(**app)) {
            if (!app) return app.error();
            if (!*app) break;
            if (auto found = find_servers(tx, **app, servers); !found) return found;
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
    forget_idle(servers);
    for (auto& [server, names] : servers) {
        receivers_[server].names.merge(names);
        send_to(server);
    }
}

Status PushService::find_servers(ports::Transaction& tx, const AppId& app,
                                 std::map<Server, std::set<std::string>>& servers) {
    const auto names = next_names(tx, app);
    if (!names) return names.error();
    for (const auto& name : *names) {
        const auto address = address_of(tx, app, name);
        if (!address) return address.error();
        servers[{app, origin(*address)}].insert(name);
    }
    return {};
}

/// Who the application's pushes are for, up to the bound; the next call goes on where this one ended.
Result<std::vector<std::string>> PushService::next_names(ports::Transaction& tx, const AppId& app) {
    std::vector<std::string> names;
    const auto begin = std::exchange(looked_at_[app], {});
    bool is_again = begin.empty();
    for (auto after = begin; names.size() < options_.most_servers;) {
        const auto name = tx.outbox().next_receiver(app, after);
        if (!name) return name.error();
        if (*name && !(is_again && !begin.empty() && **name > begin)) {
            after = **name;
            names.push_back(after);
            continue;
        }
        if (std::exchange(is_again, true)) break;
        after.clear();
    }
    if (names.size() < options_.most_servers) {
        looked_at_.erase(app);
    } else {
        looked_at_[app] = names.back();
    }
    return names;
}

/// What was learned of a server is not worth keeping when nothing is sent to it.
void PushService::forget_idle(const std::map<Server, std::set<std::string>>& wanted) {
    std::erase_if(receivers_, [&](const auto& known) {
        const auto& [server, receiver] = known;
        return receiver.in_flight.empty() && receiver.paused_until <= clock_.now() && !wanted.contains(server);
    });
}

void PushService::on_unreadable(const Error& error) {
    log::error("the outbox cannot be read", {{"code", error.code}, {"reason", error.message}});
    look_at_ = clock_.now();
}

void PushService::send_to(const Server& server) {
    auto& receiver = receivers_[server];
    if (stopped_ || receiver.in_flight.size() >= receiver.window || clock_.now() < receiver.paused_until) return;
    const auto found = candidates(server, clock_.now(), receiver.in_flight.size() + kLook);
    if (!found) return on_unreadable(found.error());
    std::size_t given_up = 0;
    for (const auto& [push, subscription] : *found) {
        if (receiver.in_flight.contains(push.sequence)) continue;
        // A dead letter was replayed while a younger push is under way, or the subscription has another address now:
        // when the one that is under way has ended it is looked again.
        if (under_way_.contains(line_of(push))) continue;
        if (!subscription) {
            record(server, push, erase(push));
        } else if (receiver.times_away > 0 && is_expired(push)) {
            // Its turn never came while the server was away, and it would not be heard now either.
            record(server, push, save(after_failure(push, "the server was away for too long")));
            ++given_up;
        } else if (receiver.in_flight.size() < receiver.window) {
            send(server, *subscription, push);
        }
    }
    if (given_up > 0) {
        log::warning("pushes are given up: their server was away for too long",
                     {{"app", server.first}, {"server", server.second}, {"count", given_up}});
    }
}

/// The earliest due first, whichever of the server's names they bear.
Result<std::vector<PushService::Candidate>> PushService::candidates(const Server& server, Timestamp now,
                                                                    std::size_t limit) {
    const auto& app = server.first;
    auto& names = receivers_[server].names;
    auto found =
        read<std::vector<Candidate>>(database_, [&](ports::Transaction& tx) -> Result<std::vector<Candidate>> {
            std::vector<Candidate> out;
            const auto exists = tx.applications().find(app);
            if (!exists) return exists.error();
            for (auto name = names.begin(); name != names.end();) {
                // Read at each attempt: a repeated subscription sends what still waits to its new URL.
                const auto address = address_of(tx, app, *name);
                if (!address) return address.error();
                if (origin(*address) != server.second) {
                    name = names.erase(name);  // it is another server's now, as the next pass will find
                    continue;
                }
                auto pushes = tx.outbox().due_of(app, *name, now, static_cast<std::uint32_t>(limit));
                if (!pushes) return pushes.error();
                for (auto& push : *pushes) {
                    const auto url = push.url.empty() ? *address : std::optional(push.url);
                    const bool is_wanted = *exists && url;
                    auto subscription = is_wanted ? std::optional(to(push, *url)) : std::nullopt;
                    out.push_back({.push = std::move(push), .subscription = std::move(subscription)});
                }
                ++name;
            }
            return out;
        });
    if (!found) return found;
    std::sort(found->begin(), found->end(), [](const Candidate& a, const Candidate& b) {
        return std::pair(a.push.due_at, a.push.sequence) < std::pair(b.push.due_at, b.push.sequence);
    });
    if (found->size() > limit) found->resize(limit);
    return found;
}

void PushService::send(const Server& server, const domain::Subscription& subscription, const Push& push) {
    take(server, push);
    sender_.send(subscription, push, [this, alive = std::weak_ptr(alive_), server, push](const Result<int>& answer) {
        if (!alive.expired()) on_outcome(server, push, answer);
    });
}

void PushService::on_outcome(const Server& server, const Push& push, const Result<int>& answer) {
    note_answer(server, answer);
    if (answer && *answer == kDelivered) return record(server, push, erase(push));
    auto failed = after_failure(push, fault_of(answer));
    if (failed.dead) {
        log::warning("a push is given up",
                     {{"app", push.app}, {"device", push.device}, {"reason", failed.last_error}});
    }
    record(server, push, save(std::move(failed)));
}

void PushService::note_answer(const Server& server, const Result<int>& answer) {
    auto& receiver = receivers_[server];
    if (is_away(answer)) {
        if (receiver.times_away == 0) {
            log::warning("an application server is away",
                         {{"app", server.first}, {"server", server.second}, {"reason", fault_of(answer)}});
        }
        receiver.window = 1;
        const auto pause = doubled(options_.first_retry, ++receiver.times_away, options_.longest_pause);
        receiver.paused_until = clock_.now() + pause;
    } else {
        if (receiver.times_away > 0) {
            log::info("an application server is back", {{"app", server.first}, {"server", server.second}});
        }
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

void PushService::take(const Server& server, const Push& push) {
    if (!receivers_[server].in_flight.insert(push.sequence).second) return;
    ++in_flight_;
    under_way_.emplace(line_of(push), push.sequence);
}

void PushService::record(const Server& server, const Push& push, ports::Database::Work work) {
    take(server, push);
    auto done = [this, alive = std::weak_ptr(alive_), server, line = line_of(push),
                 sequence = push.sequence](const Status& written) {
        if (alive.expired()) return;
        if (const auto found = under_way_.find(line); found != under_way_.end() && found->second == sequence) {
            under_way_.erase(found);
        }
        on_recorded(server, sequence, written);
    };
    database_.write(std::move(work), std::move(done));
}

void PushService::on_recorded(const Server& server, std::int64_t sequence, const Status& written) {
    in_flight_ -= receivers_[server].in_flight.erase(sequence);
    // The next push of this device may be another application's.
    look_at_ = clock_.now();
    // NotFound: the application was erased meanwhile, and its pushes with it.
    if (written || written.error().kind == ErrorKind::NotFound) return send_to(server);
    log::error("what became of a push cannot be stored",
               {{"code", written.error().code}, {"reason", written.error().message}});
}

}  // namespace cellwise::app
