// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon_metrics.hpp"

#include <chrono>

namespace cellwise::daemon {
namespace {

template <class Number>
double as_double(Number number) {
    return static_cast<double>(number);
}

}  // namespace

// The names end in _total where the value only grows: gauges are how the adapters' own counts are carried over.
DaemonMetrics::DaemonMetrics(ports::Metrics& metrics)
    : commits_(metrics.gauge("cellwise_store_commits_total", "Transactions made durable")),
      works_(metrics.gauge("cellwise_store_works_total", "Pieces of work in them")),
      failed_works_(metrics.gauge("cellwise_store_works_failed_total", "Pieces of work that were undone")),
      pending_(metrics.gauge("cellwise_store_pending", "Pieces of work that wait for the store")),
      commit_seconds_(metrics.gauge("cellwise_store_last_commit_seconds", "How long the last commit took")),
      datagrams_in_(metrics.gauge("cellwise_coap_datagrams_in_total", "Datagrams received")),
      datagrams_out_(metrics.gauge("cellwise_coap_datagrams_out_total", "Datagrams sent")),
      duplicates_(metrics.gauge("cellwise_coap_duplicates_total", "Messages received again")),
      retransmissions_(metrics.gauge("cellwise_coap_retransmissions_total", "Messages sent again")),
      malformed_(metrics.gauge("cellwise_coap_malformed_total", "Datagrams that are no CoAP")),
      peers_(metrics.gauge("cellwise_coap_peers", "Addresses in the peer table")),
      registers_(metrics.gauge("cellwise_lwm2m_registers_total", "Registrations accepted")),
      updates_(metrics.gauge("cellwise_lwm2m_updates_total", "Registration updates accepted")),
      notifications_(metrics.gauge("cellwise_lwm2m_notifications_total", "Notifications of known observations")),
      unknown_tokens_(metrics.gauge("cellwise_lwm2m_unknown_tokens_total", "Notifications answered by a reset")),
      registrations_in_memory_(
          metrics.gauge("cellwise_lwm2m_registrations_in_memory", "Those that talk or talked lately")) {}

void DaemonMetrics::publish(const sqlite::SqliteDatabase& database) {
    const auto counters = database.counters();
    commits_.set(as_double(counters.commits));
    works_.set(as_double(counters.works));
    failed_works_.set(as_double(counters.failed_works));
    pending_.set(as_double(database.pending()));
    commit_seconds_.set(std::chrono::duration<double>(counters.last_commit).count());
}

void DaemonMetrics::publish(const lwm2m::coap::UdpTransport& transport, const lwm2m::Lwm2mServer& server) {
    const auto udp = transport.counters();
    datagrams_in_.set(as_double(udp.datagrams_in));
    datagrams_out_.set(as_double(udp.datagrams_out));
    duplicates_.set(as_double(udp.messages.duplicates));
    retransmissions_.set(as_double(udp.messages.retransmissions));
    malformed_.set(as_double(udp.messages.malformed));
    peers_.set(as_double(udp.messages.peers));
    const auto lwm2m = server.counters();
    registers_.set(as_double(lwm2m.registers));
    updates_.set(as_double(lwm2m.updates));
    notifications_.set(as_double(lwm2m.notifications));
    unknown_tokens_.set(as_double(lwm2m.unknown_tokens));
}

void DaemonMetrics::publish_registrations(std::size_t in_memory) {
    registrations_in_memory_.set(as_double(in_memory));
}

}  // namespace cellwise::daemon
