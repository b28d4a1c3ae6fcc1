// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/sha256.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::sim::mqtt {

/// What has arrived of a file, in order. Bytes are hashed and let go.
struct Received {
    crypto::Sha256 hash{};
    std::uint64_t bytes = 0;
};

/// A download that a device wants.
struct Fetch {
    enum class How { Whole, Ranges, OneBasedRanges, BareLf };
    std::string url{};
    std::string token{};
    std::uint64_t size = 0;
    How how = How::Whole;
    std::shared_ptr<Received> received{};     ///< with Ranges it goes on from there, else it is at 0
    std::optional<std::uint64_t> break_at{};  ///< the line breaks there, by the device's script
};

struct FetchOutcome {
    enum class End {
        Whole,
        Scripted,  ///< broke off at `break_at`
        Broken,    ///< worth another try: the line, or the server for the moment
        Refused    ///< the server's last word
    };
    End end = End::Broken;
    int status = 0;  ///< HTTP's; 0: there was no answer
    std::uint32_t requests = 0;
    std::string error{};                ///< in words
    std::vector<std::string> faults{};  ///< what in the answer real devices could not work with
};

}  // namespace cellwise::sim::mqtt
