// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// What Linux knows of a TCP socket beyond what Asio offers.
namespace cellwise::http {

/// How many bytes of what was written the other side's kernel has confirmed; 0 where nobody can say.
std::uint64_t acknowledged_bytes(int socket);

/// At most so many bytes wait in the kernel that have not been sent yet: what is written is then soon on its way, and
/// a slow client costs no more memory than a fast one.
void bound_unsent(int socket, std::size_t bytes);

/// The calling thread stands back behind those of the process that have not called this (setpriority(2); 0 .. 19).
void stand_back(int niceness);

}  // namespace cellwise::http
