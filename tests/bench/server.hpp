// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <pthread.h>

namespace cellwise::bench {

inline constexpr int kServerCore = 0, kLoadCore = 1;

/// Binds the calling thread to one core, where there are two.
void stay_on_core(int core);
/// Before all other work of the machine, where that is allowed, while it lives: threads that are made later inherit
/// it.
class Precedence {
 public:
    Precedence();
    Precedence(const Precedence&) = delete;
    Precedence& operator=(const Precedence&) = delete;
    ~Precedence();
};
/// How much of a core's time a thread has used, in seconds.
double cpu_seconds_of(pthread_t thread);

/// Who answers the devices: on 127.0.0.1, by one thread on the servers' core.
class Server {
 public:
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    virtual pthread_t thread() = 0;
};

/// An IPv4 socket for every address of this machine, blocking, with room for a burst; the system chooses the port.
class BenchSocket {
 public:
    BenchSocket();
    BenchSocket(const BenchSocket&) = delete;
    BenchSocket& operator=(const BenchSocket&) = delete;
    ~BenchSocket();

    int descriptor() const { return descriptor_; }
    std::uint16_t port() const { return port_; }

 private:
    int descriptor_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace cellwise::bench
