// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/chunk_exchange.hpp"
#include "tests/bench/server.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace cellwise::bench {

/// How a device asks for a chunk.
enum class Manner {
    Notify,       ///< as LwM2M devices do, and looks whether it got the chunk that it asked for
    NotifyBlind,  ///< the same, but takes any bytes: of an echo
    Get           ///< GET with the answer piggybacked: two datagrams a chunk instead of four
};

/// What a stretch of load came to.
struct Stretch {
    double seconds = 0;
    std::uint64_t datagrams = 0;  ///< sent to the server and got from it
    std::uint64_t chunks = 0;
    std::uint64_t wrong = 0;     ///< chunks that were not what was asked for
    std::uint64_t repeated = 0;  ///< requests made again, since nothing came for a while
    double server_busy = 0;      ///< share of the time in which the server's thread ran

    double datagrams_per_second() const { return static_cast<double>(datagrams) / seconds; }
    double chunks_per_second() const { return static_cast<double>(chunks) / seconds; }
};

/// Plays devices, each with an address of its own, that ask for chunk after chunk; so many at a time, each as its
/// turn comes. One thread, the caller's; as cheap as it can be, so that the server has to be waited for.
class LoadGenerator {
 public:
    /// All devices speak by `socket`; it must outlive this.
    LoadGenerator(const BenchSocket& socket, Server& server, Manner manner, std::uint32_t devices,
                  std::uint32_t at_once);
    LoadGenerator(LoadGenerator&&) noexcept;
    ~LoadGenerator();

    /// Goes on where the last stretch ended, and leaves nothing under way.
    Stretch run(std::chrono::milliseconds time);
    /// Until each device has asked once, or the time is over; how many have.
    std::uint32_t greet_all(std::chrono::milliseconds limit);

 private:
    struct Wire;
    struct Device {
        std::uint16_t message_id = 0;
        std::uint16_t chunk = 0;
        bool waits = false;
    };

    void start_next();
    void ask(std::uint32_t device);
    void on_datagram(std::uint32_t device, ByteView datagram);
    bool is_right(const Device& device, ByteView datagram) const;
    void ask_again();
    void exchange();

    Server& server_;
    Manner manner_;
    std::uint32_t at_once_;
    std::vector<Device> devices_;
    std::vector<std::uint32_t> line_;  ///< a ring of the idle, in order of their turn
    std::size_t first_ = 0, idle_ = 0;
    std::uint32_t waiting_ = 0;
    bool is_over_ = false;  ///< nothing new is begun
    Stretch stretch_{};
    std::unique_ptr<Wire> wire_;
};

}  // namespace cellwise::bench
