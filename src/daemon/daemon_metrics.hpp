// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/udp_transport.hpp"
#include "adapters/lwm2m/lwm2m_server.hpp"
#include "adapters/sqlite/sqlite_database.hpp"

#include "cellwise/ports/metrics.hpp"

#include <cstddef>

namespace cellwise::daemon {

/// Carries the counts that the adapters keep for themselves to /metrics.
class DaemonMetrics {
 public:
    explicit DaemonMetrics(ports::Metrics& metrics);

    void publish(const sqlite::SqliteDatabase& database);
    void publish(const lwm2m::coap::UdpTransport& transport, const lwm2m::Lwm2mServer& server);
    void publish_registrations(std::size_t in_memory);

 private:
    ports::Gauge& commits_;
    ports::Gauge& works_;
    ports::Gauge& failed_works_;
    ports::Gauge& pending_;
    ports::Gauge& commit_seconds_;
    ports::Gauge& datagrams_in_;
    ports::Gauge& datagrams_out_;
    ports::Gauge& duplicates_;
    ports::Gauge& retransmissions_;
    ports::Gauge& malformed_;
    ports::Gauge& peers_;
    ports::Gauge& registers_;
    ports::Gauge& updates_;
    ports::Gauge& notifications_;
    ports::Gauge& unknown_tokens_;
    ports::Gauge& registrations_in_memory_;
};

}  // namespace cellwise::daemon
