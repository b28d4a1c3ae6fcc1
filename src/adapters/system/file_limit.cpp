// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/file_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace cellwise::system {
namespace {

/// Far above what we use; a kernel's limit may be a thousand times as much, and some of it is paid for.
constexpr rlim_t kEnough = 1U << 20U;

}  // namespace

std::size_t raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    const auto wanted = std::max(limit.rlim_cur, std::min(limit.rlim_max, kEnough));
    const rlimit raised{.rlim_cur = wanted, .rlim_max = limit.rlim_max};
    if (wanted != limit.rlim_cur && setrlimit(RLIMIT_NOFILE, &raised) == 0) limit.rlim_cur = wanted;
    return std::min(limit.rlim_cur, kEnough);
}

}  // namespace cellwise::system
