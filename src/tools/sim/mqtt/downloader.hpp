// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/fetch.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::sim::mqtt {

/// What all downloads of a run have in common.
struct DownloadSetup {
    std::string ca_file{};               ///< empty: the system's
    bool insecure = false;               ///< whoever the server is
    std::uint64_t block_size = 16'384;   ///< of a Range
    std::uint64_t bytes_per_second = 0;  ///< of one device; 0: as fast as it goes
    Duration patience{60'000};           ///< for a server that says nothing
};

/// Downloads of many devices at once, one each, moved by whoever watches the descriptor.
class Downloader {
 public:
    using Outcome = std::pair<std::uint32_t, FetchOutcome>;  ///< of which device

    virtual ~Downloader() = default;
    /// Errors: InvalidInput or Internal "sim.download.*": nothing can be downloaded at all.
    virtual Status open() = 0;
    virtual int descriptor() const = 0;
    virtual void start(std::uint32_t device, const Fetch& fetch, Timestamp now) = 0;
    /// Breaks off without an outcome.
    virtual void abandon(std::uint32_t device) = 0;
    /// Takes what came and does what is due.
    virtual void turn(Timestamp now) = 0;
    virtual std::optional<Timestamp> deadline() const = 0;
    virtual std::vector<Outcome> take_outcomes() = 0;
};

/// 127.17.0.0 and up: an address of its own for a device, when the server is on loopback. Empty otherwise: "127." may
/// also begin a name, for which nobody asks.
std::string loopback_source(const std::string& host, std::uint32_t device);

/// Whether another try is worth it, by the status of an answer that is not what was asked for.
FetchOutcome::End end_of_status(int status);

}  // namespace cellwise::sim::mqtt
