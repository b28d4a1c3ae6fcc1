// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/connection_table.hpp"

#include "adapters/http/connection.hpp"

#include <algorithm>

namespace cellwise::http {
namespace {

constexpr std::size_t kMostCandidates = 64;
/// One look at all connections serves for so many that end; few of few, so that the choice stays right.
constexpr std::size_t kConnectionsPerCandidate = 16;

}  // namespace

PeerKey peer_key_of(const boost::asio::ip::address& address) {
    namespace ip = boost::asio::ip;
    if (address.is_v4()) return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
    auto key = address.to_v6().to_bytes();
    if (!address.to_v6().is_v4_mapped()) std::fill(key.begin() + key.size() / 2, key.end(), std::uint8_t{0});
    return key;
}

std::string peer_text_of(const boost::asio::ip::address& address) {
    namespace ip = boost::asio::ip;
    const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    return mapped ? ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string() : address.to_string();
}

void ConnectionTable::add(const std::shared_ptr<Connection>& connection) {
    connections_.emplace(connection.get(), connection);
    ++of_peers_[connection->peer_key()];
}

void ConnectionTable::remove(const Connection& connection) {
    if (connections_.erase(&connection) == 0) return;
    const auto peer = of_peers_.find(connection.peer_key());
    if (--peer->second == 0) of_peers_.erase(peer);
}

std::size_t ConnectionTable::connections_of(const PeerKey& peer) const {
    const auto found = of_peers_.find(peer);
    return found == of_peers_.end() ? 0 : found->second;
}

std::shared_ptr<Connection> ConnectionTable::pick_to_end(const PeerKey& newcomer) {
    const auto least = connections_of(newcomer);
    for (const bool looked : {false, true}) {
        if (looked) look_for_candidates(least);
        while (!candidates_.empty()) {
            const auto candidate = std::move(candidates_.back());
            candidates_.pop_back();
            auto connection = candidate.connection.lock();
            if (!connection || connection->idle_rank() != candidate.idle_rank) continue;
            if (connections_of(connection->peer_key()) >= least) return connection;
        }
    }
    return nullptr;
}

void ConnectionTable::look_for_candidates(std::size_t least) {
    for (const auto& [connection, weak] : connections_) {
        const auto rank = connection->idle_rank();
        const auto of_peer = connections_of(connection->peer_key());
        if (rank != kBusy && of_peer >= least) candidates_.push_back({weak, rank, of_peer});
    }
    const auto count = std::clamp(connections_.size() / kConnectionsPerCandidate, std::size_t{1}, kMostCandidates);
    const auto first = [](const Candidate& a, const Candidate& b) {
        return a.of_peer != b.of_peer ? a.of_peer > b.of_peer : a.idle_rank < b.idle_rank;
    };
    const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(std::min(count, candidates_.size()));
    std::partial_sort(candidates_.begin(), end, candidates_.end(), first);
    candidates_.erase(end, candidates_.end());
    std::reverse(candidates_.begin(), candidates_.end());
}

std::vector<std::shared_ptr<Connection>> ConnectionTable::all_that(
    const std::function<bool(const Connection&)>& holds) const {
    std::vector<std::shared_ptr<Connection>> out;
    for (const auto& [connection, weak] : connections_) {
        if (holds && !holds(*connection)) continue;
        if (auto locked = weak.lock()) out.push_back(std::move(locked));
    }
    return out;
}

}  // namespace cellwise::http
