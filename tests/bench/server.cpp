// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/server.hpp"

#include "cellwise/base/assert.hpp"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <fstream>
#include <sched.h>
#include <thread>
#include <time.h>
#include <unistd.h>

namespace cellwise::bench {
namespace {

constexpr int kFirst = -20;

/// Where sessions are scheduled as groups, niceness counts only within one's own, and the group has one too.
void set_niceness_of_session(int niceness) { std::ofstream("/proc/self/autogroup") << niceness; }

}  // namespace

Precedence::Precedence() {
    ::setpriority(PRIO_PROCESS, 0, kFirst);
    set_niceness_of_session(kFirst);
}
Precedence::~Precedence() { set_niceness_of_session(0); }

void stay_on_core(int core) {
    if (std::thread::hardware_concurrency() < 2) return;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(static_cast<std::size_t>(core), &cores);
    pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);  // a wish: a container may forbid it
}

double cpu_seconds_of(pthread_t thread) {
    clockid_t clock = 0;
    timespec used{};
    if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

BenchSocket::BenchSocket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    CELLWISE_ASSERT(descriptor_ >= 0);
    constexpr int kBuffer = 4 << 20;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &kBuffer, sizeof kBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    CELLWISE_ASSERT(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    CELLWISE_ASSERT(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
}

BenchSocket::~BenchSocket() { ::close(descriptor_); }

}  // namespace cellwise::bench
