// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace cellwise::http {

class Connection;

/// Who counts as one client: an IPv4 address, or a network of 64 bits, which is what one customer gets of IPv6.
using PeerKey = std::array<std::uint8_t, 16>;
PeerKey peer_key_of(const boost::asio::ip::address& address);
/// For logs: an IPv4 address as such, also where a socket for both says it as IPv6.
std::string peer_text_of(const boost::asio::ip::address& address);

/// The open connections, by their clients. Not thread-safe.
class ConnectionTable {
 public:
    void add(const std::shared_ptr<Connection>& connection);
    void remove(const Connection& connection);
    std::size_t size() const { return connections_.size(); }
    std::size_t connections_of(const PeerKey& peer) const;

    /// Whose connection has to end so that there is room for one of `newcomer`: the one that has been idle for
    /// longest of the client that has most. Nobody makes room for a client that has more connections than he; nothing
    /// when that leaves none.
    std::shared_ptr<Connection> pick_to_end(const PeerKey& newcomer);

    /// Those for which it holds, all of them without.
    std::vector<std::shared_ptr<Connection>> all_that(const std::function<bool(const Connection&)>& holds) const;

 private:
    struct Candidate {
        std::weak_ptr<Connection> connection;
        std::uint64_t idle_rank = 0;
        std::size_t of_peer = 0;
    };
    void look_for_candidates(std::size_t least);

    std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
    std::map<PeerKey, std::size_t> of_peers_;
    /// The last is the next: to look at all connections for each newcomer would be what an attacker wants.
    std::vector<Candidate> candidates_;
};

}  // namespace cellwise::http
