// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/socket_options.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <unistd.h>

namespace cellwise::http {

std::uint64_t acknowledged_bytes(int socket) {
    // Of <linux/tcp.h>: glibc's structure ends before the field.
    tcp_info info{};
    socklen_t size = sizeof info;
    return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_acked : 0;
}

void bound_unsent(int socket, std::size_t bytes) {
    const auto value = static_cast<unsigned>(bytes);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &value, sizeof value);
}

void stand_back(int niceness) {
    // On Linux the priority is a thread's own.
    if (niceness > 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), niceness);
}

}  // namespace cellwise::http
