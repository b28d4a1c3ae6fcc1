// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/message_layer.hpp"
#include "tools/sim/script.hpp"
#include "tools/sim/timing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cellwise::sim {

struct DownlinkArrived {
    Bytes payload;
};
struct LinkReady {};      ///< the platform observes 19/0/0: the device may report
struct CellAsked {};      ///< object 4 was read for the cell
struct UplinkConfirmed {  ///< the platform heard what was first sent at that time
    Timestamp first_sent;
};
using ClientEvent = std::variant<DownlinkArrived, LinkReady, CellAsked, UplinkConfirmed>;

struct ClientCounters {
    std::uint64_t registrations = 0;  ///< answered with 2.01
    std::uint64_t refusals = 0;       ///< registrations answered with an error
    std::uint64_t updates = 0;        ///< answered with 2.04
    std::uint64_t observations = 0;
    std::uint64_t ignored = 0;  ///< requests before the registration was digested
    std::uint64_t resets = 0;   ///< notifications that the platform did not know
};

/// The LwM2M side of one device: registers, keeps the registration, lets itself be observed, read and written. It
/// never gives up: without an answer it tries again, ever more slowly, up to `backoff_most`.
class LwM2mClient {
 public:
    LwM2mClient(const Script& script, const Timing& timing, SplitMix64 random);

    /// Power comes: everything about the platform is forgotten, the device registers.
    void boot(Timestamp now);
    void power_off();
    /// An uplink as a notification of 19/0/0; waits until somebody observes it.
    void notify(Bytes payload, Timestamp now);

    void on_datagram(ByteView datagram, Timestamp now);
    void on_timer(Timestamp now);
    std::optional<Timestamp> deadline() const;

    std::vector<ClientEvent> take_events() { return std::exchange(events_, {}); }
    std::vector<Bytes> take_outbox() { return layer_.take_outbox(); }
    /// The next datagram is to leave from another port (trait "rebinds").
    bool take_new_port() { return std::exchange(new_port_, false); }

    bool is_registered() const { return state_ == State::Registered; }
    bool is_observed() const { return is_registered() && observation_.has_value(); }
    bool is_busy() const { return layer_.is_busy(); }
    const ClientCounters& counters() const { return counters_; }
    const MessageLayer& layer() const { return layer_; }

 private:
    enum class State { Off, Registering, Registered };

    void register_anew(Timestamp now);
    void update(Timestamp now);
    void periodic_uplink(Timestamp now);
    void back_off(Timestamp now);
    void schedule_uplink(Timestamp now);
    void send_notification(Bytes payload, Timestamp now);
    void on_exchange_ended(const ExchangeEnded& ended, Timestamp now);
    void on_registered(const coap::Message& response, Timestamp now);
    void on_request(const coap::Message& request, Timestamp now);
    coap::Message serve(const coap::Message& request);
    coap::Message serve_report(const coap::Message& request);
    coap::Message serve_radio(const std::vector<std::string>& path);

    static constexpr std::size_t kMaxWaiting = 8;

    const Script& script_;
    const Timing& timing_;
    SplitMix64 random_;
    MessageLayer layer_;
    State state_ = State::Off;
    std::vector<std::string> location_;
    std::optional<coap::Token> observation_;
    std::uint32_t observe_sequence_ = 0;
    std::optional<Timestamp> digested_at_;
    std::optional<Timestamp> next_try_;  ///< register, update or periodic uplink, by state
    Duration backoff_{0};
    std::uint32_t failed_updates_ = 0;
    std::uint64_t uplinks_ = 0;
    std::vector<Bytes> waiting_;
    std::vector<ClientEvent> events_;
    bool new_port_ = false;
    bool link_became_ready_ = false;
    ClientCounters counters_;
};

}  // namespace cellwise::sim
