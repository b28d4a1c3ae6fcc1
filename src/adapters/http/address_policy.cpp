// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/address_policy.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace cellwise::http {
namespace {

// IANA's special-purpose registries (RFC 6890 and later), and multicast.
constexpr std::string_view kSpecial[] = {
    "0.0.0.0/8",                          // this host, this network
    "10.0.0.0/8",                         // private
    "100.64.0.0/10",                      // carrier-grade NAT
    "127.0.0.0/8",                        // loopback
    "169.254.0.0/16",                     // link-local; metadata services of clouds
    "172.16.0.0/12",                      // private
    "192.0.0.0/24",                       // protocol assignments
    "192.0.2.0/24",                       // documentation
    "192.168.0.0/16",                     // private
    "198.18.0.0/15",                      // benchmarks
    "198.51.100.0/24", "203.0.113.0/24",  // documentation
    "224.0.0.0/4",                        // multicast
    "240.0.0.0/4",                        // reserved, broadcast
    "::/96",                              // unspecified, loopback, IPv4-compatible
    "64:ff9b:1::/48",                     // local NAT64
    "100::/64",                           // discard
    "2001::/23",                          // protocol assignments, Teredo
    "2001:db8::/32",                      // documentation
    "fc00::/7",                           // unique local
    "fe80::/10",                          // link-local
    "fec0::/10",                          // site-local, of old
    "ff00::/8",                           // multicast
};

const std::vector<Cidr>& special_networks() {
    static const std::vector<Cidr> networks = [] {
        std::vector<Cidr> out;
        for (const auto text : kSpecial) out.push_back(Cidr::parse(text).value());
        return out;
    }();
    return networks;
}

bool is_in(const std::vector<Cidr>& networks, const IpAddress& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const Cidr& network) { return network.contains(address); });
}

/// The IPv4 address that a gateway would take out of this one.
std::optional<IpAddress> embedded_v4(const IpAddress& address) {
    if (address.is_v4()) return std::nullopt;
    static const Cidr nat64 = Cidr::parse("64:ff9b::/96").value();
    static const Cidr six_to_four = Cidr::parse("2002::/16").value();
    const auto& b = address.bytes();
    if (nat64.contains(address)) return IpAddress::v4({b[12], b[13], b[14], b[15]});
    if (six_to_four.contains(address)) return IpAddress::v4({b[2], b[3], b[4], b[5]});
    return std::nullopt;
}

}  // namespace

bool AddressPolicy::allows(const IpAddress& address) const {
    if (is_in(allow_networks, address)) return true;
    if (is_in(special_networks(), address)) return false;
    const auto inner = embedded_v4(address);
    return !inner || is_in(allow_networks, *inner) || !is_in(special_networks(), *inner);
}

}  // namespace cellwise::http
