// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/transport.hpp"
#include "adapters/lwm2m/downlink.hpp"
#include "adapters/lwm2m/later.hpp"
#include "adapters/lwm2m/observation.hpp"
#include "adapters/lwm2m/radio_reader.hpp"
#include "adapters/lwm2m/registration_resource.hpp"
#include "adapters/lwm2m/request_gate.hpp"
#include "app/registration_service.hpp"

#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/device_events.hpp"
#include "cellwise/ports/downlink.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/random.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cellwise::lwm2m {

struct Lwm2mOptions {
    /// How long a device in queue mode listens after it spoke. LwM2M 1.0, 8.3 would have it be 93 s; NB-IoT networks
    /// grant 10 s to a minute (T3324).
    Duration awake_window = std::chrono::seconds{20};
    coap::TransmissionParameters downlink{.ack_timeout = std::chrono::seconds{15}};
    coap::TransmissionParameters radio{.ack_timeout = std::chrono::seconds{15}, .max_retransmit = 2};
    ObservePolicy observe{};
};

/// What happened since the start; it only grows.
struct Lwm2mCounters {
    std::uint64_t registers = 0;
    std::uint64_t updates = 0;
    std::uint64_t deregisters = 0;
    std::uint64_t refused_requests = 0;
    std::uint64_t notifications = 0;
    std::uint64_t unknown_tokens = 0;
    std::uint64_t ended_observations = 0;  ///< by the device, with an error code
    std::uint64_t failed_observations = 0;
};

/// The LwM2M server: registrations, observations, uplinks and downlinks over one transport. Loop thread only. Every
/// call to DeviceEvents is posted, so that the answer to the device goes first.
class Lwm2mServer final : public coap::TransportUser {
 public:
    /// Becomes the user of `transport`. All of them must outlive it.
    Lwm2mServer(coap::Transport& transport, app::RegistrationService& registrations, ports::DeviceEvents& events,
                ports::Random& random, ports::Clock& clock, ports::Executor& executor,
                const Lwm2mOptions& options = {});
    Lwm2mServer(const Lwm2mServer&) = delete;
    Lwm2mServer& operator=(const Lwm2mServer&) = delete;

    ports::Downlink& downlink() { return downlink_; }

    void expect(std::span<const coap::Token> tokens) override;
    coap::Message on_request(const domain::PeerAddress& from, const coap::Message& request) override;
    bool on_notification(const domain::PeerAddress& from, const coap::Message& notification) override;

    /// Stops what goes to devices that fell asleep. Call at next_deadline(), or a few times a second.
    void tick() { gate_.tick(); }
    std::optional<Timestamp> next_deadline() const { return gate_.next_deadline(); }

    /// The device was erased from the database.
    void on_device_erased(const DeviceId& device);

    Lwm2mCounters counters() const;

 private:
    /// What the core is to be told; without data that the device was heard.
    struct News {
        DeviceId device;
        std::optional<Bytes> data;
    };

    void on_change(const RegistrationChange& change);
    void on_registered(const RegistrationChange& change);
    void on_updated(const RegistrationChange& change);
    void on_confirmed(const DeviceId& device, const coap::Message& response);
    const domain::Registration* find_sender(const domain::ObservationToken& token, const domain::PeerAddress& from);
    void end_conversation(const DeviceId& device);
    void observe_later(const DeviceId& device);
    void tell_heard(const DeviceId& device);
    void tell_data(const DeviceId& device, const coap::Message& message);
    void tell(News news);
    void deliver_news();

    app::RegistrationService& registrations_;
    ports::DeviceEvents& events_;
    Later later_;
    RequestGate gate_;
    Observation observation_;
    RadioReader radio_;
    LaneDownlink downlink_;
    RegistrationResource resource_;
    Lwm2mCounters counters_;
    std::vector<domain::ObservationToken> expected_;
    std::vector<DeviceId> told_;   ///< whose turn it is now
    std::vector<News> news_;       ///< in order; told after the piece of work under way
    std::vector<News> delivered_;  ///< empty but while they are told: room for the next
};

}  // namespace cellwise::lwm2m
