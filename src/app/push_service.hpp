// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/push.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/push_sender.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cellwise::app {

/// Delivers what lies in the outbox (docs/northbound.md, Pushes): at least once, in order per device, for
/// as long as `keep`, then it is a dead letter.
///
/// A push is sent, and erased when its receiver has answered 200. Whatever happens between the two, it is sent again.
/// Of a device only the oldest live push is ever under way, and the next one is looked for when that one's end is
/// committed. Each server that an application is pushed to has a window of its own. It opens with every answer, and
/// shuts to one push with a pause before it when the server is away (no answer, or 5xx): that costs one attempt now
/// and then and delays nobody else. Loop thread only.
class PushService {
 public:
    struct Options {
        Duration first_retry{1'000};
        Duration longest_retry{std::chrono::minutes{10}};
        Duration longest_pause{std::chrono::minutes{1}};  ///< before a server that is away is tried again
        Duration keep{std::chrono::hours{24}};
        std::size_t widest_window = 16;  ///< pushes under way to one server
        std::size_t most_servers = 64;  ///< of one application that are looked at in one pass; the others in the next
    };

    PushService(ports::Database& database, ports::Clock& clock, ports::PushSender& sender, Options options);
    PushService(ports::Database& database, ports::Clock& clock, ports::PushSender& sender)
        : PushService(database, clock, sender, Options()) {}

    /// What a call did, and whether there is more that it left for another.
    struct Pieces {
        std::int64_t count = 0;
        bool more = false;
    };
    using Done = std::function<void(Status)>;
    using PiecesDone = std::function<void(Result<Pieces>)>;

    /// A dead letter lives again, for `keep` from now on, before the younger ones of its device. NotFound
    /// "push.not_found"; Conflict "push.alive".
    void replay(std::int64_t sequence, Done done);
    /// The same for all dead letters, or those of one application, the oldest first; at most 10,000 a call, in pieces
    /// between which others write.
    void replay_all(const std::optional<AppId>& app, PiecesDone done);
    /// Throws a dead letter away. The errors of replay.
    void erase_dead(std::int64_t sequence, Done done);
    /// The same for all, as replay_all.
    void erase_all_dead(const std::optional<AppId>& app, PiecesDone done);

    /// After a commit that appended to the outbox.
    void poke();
    /// About once a second. Reads nothing while nothing is due.
    void tick();
    /// Sends nothing more; what is under way is still recorded when it ends.
    void stop();

    std::size_t in_flight() const { return in_flight_; }

 private:
    /// An application and the origin of the URLs that lead to the server; no origin for pushes that nobody wants.
    using Server = std::pair<AppId, std::string>;
    /// What is known of an application's server, from its answers alone.
    struct Receiver {
        std::set<std::string> names{};  ///< by which the outbox knows it: its origin, types that are subscribed to it
        std::unordered_set<std::int64_t> in_flight{};  ///< sequences, from the sending to the commit of the outcome
        std::size_t window = 1;
        std::uint32_t times_away = 0;  ///< in a row
        Timestamp paused_until{};
    };
    struct Candidate {
        domain::Push push{};
        std::optional<domain::Subscription> subscription{};
    };

    /// What is done with one dead letter.
    using Order = std::function<Status(ports::Transaction&, const domain::Push&)>;
    struct Sweep {
        std::optional<AppId> app{};
        Order order{};
        PiecesDone done{};
        std::int64_t after = 0;
        Pieces pieces{};
    };

    Order revive();
    void with_dead(std::int64_t sequence, Order order, Done done);
    void go_on(std::shared_ptr<Sweep> sweep);
    void send_to_all();
    Status find_servers(ports::Transaction& tx, const AppId& app, std::map<Server, std::set<std::string>>& servers);
    Result<std::vector<std::string>> next_names(ports::Transaction& tx, const AppId& app);
    void forget_idle(const std::map<Server, std::set<std::string>>& wanted);
    void send_to(const Server& server);
    Result<std::vector<Candidate>> candidates(const Server& server, Timestamp now, std::size_t limit);
    void send(const Server& server, const domain::Subscription& subscription, const domain::Push& push);
    void on_outcome(const Server& server, const domain::Push& push, const Result<int>& answer);
    void note_answer(const Server& server, const Result<int>& answer);
    void take(const Server& server, const domain::Push& push);
    void record(const Server& server, const domain::Push& push, ports::Database::Work work);
    void on_recorded(const Server& server, std::int64_t sequence, const Status& written);
    void on_unreadable(const Error& error);
    bool is_expired(const domain::Push& push) const;
    domain::Push after_failure(domain::Push push, std::string fault) const;

    ports::Database& database_;
    ports::Clock& clock_;
    ports::PushSender& sender_;
    Options options_;
    std::map<Server, Receiver> receivers_;
    std::map<AppId, std::string> looked_at_;  ///< the last of an application's names, of which there were too many
    std::size_t in_flight_ = 0;
    std::unordered_map<std::string, std::int64_t> under_way_;  ///< by their lines, of those in flight
    std::optional<Timestamp> look_at_;  ///< when tick() has to look again; nothing: not before a poke
    bool stopped_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< callbacks hold it weakly
};

/// How long after its n-th failed attempt (from 1) a push waits: doubled each time, up to the longest, less up to a
/// quarter. The share taken off depends on the push, so that what failed together does not come back together.
Duration retry_delay(std::uint32_t attempts, std::int64_t sequence, const PushService::Options& options);

}  // namespace cellwise::app
