// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/device.hpp"

#include <array>
#include <cstdint>

namespace cellwise::lwm2m::coap {

using domain::PeerAddress;

/// The address of ours that a peer talks to, IPv4-mapped where IPv4; all zeros: let the system choose.
using LocalAddress = std::array<std::uint8_t, 16>;

/// Where a datagram goes, and from where.
struct Route {
    PeerAddress peer{};
    LocalAddress local{};

    friend bool operator==(const Route&, const Route&) = default;
};

struct ReceivedDatagram {
    Route from{};
    ByteView datagram{};
};

}  // namespace cellwise::lwm2m::coap
