// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/cidr.hpp"

#include <vector>

namespace cellwise::http {

/// Which addresses we may connect to at somebody else's word. A callback URL comes from an application; without this
/// it could reach our own loopback, the cloud's metadata service or the operator's network.
struct AddressPolicy {
    std::vector<Cidr> allow_networks{};  ///< these may be reached whatever they are

    /// Public unicast addresses and those of `allow_networks`. Addresses that carry an IPv4 address inside (mapped,
    /// NAT64, 6to4) are what that one is.
    bool allows(const IpAddress& address) const;
};

}  // namespace cellwise::http
