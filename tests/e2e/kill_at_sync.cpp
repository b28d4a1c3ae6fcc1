// SPDX-License-Identifier: Apache-2.0
// Preloaded into the daemon by outbox_e2e.py: ends it as a power cut would at the KILL_AT_SYNC-th time that it makes
// a commit durable, before or after that (KILL_BEFORE_SYNC).
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

namespace {

std::atomic<int> syncs{0};

bool is_log(int descriptor) {
    char path[4096];
    const auto link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto size = ::readlink(link.c_str(), path, sizeof path - 1);
    if (size <= 0) return false;
    path[size] = '\0';
    return std::strstr(path, ".db-wal") != nullptr;
}

int through(const char* name, int descriptor) {
    using Sync = int(int);
    auto* const real = reinterpret_cast<Sync*>(::dlsym(RTLD_NEXT, name));
    static const char* const wanted = std::getenv("KILL_AT_SYNC");
    const bool is_it = wanted != nullptr && is_log(descriptor) && ++syncs == std::atoi(wanted);
    if (is_it && std::getenv("KILL_BEFORE_SYNC") != nullptr) ::kill(::getpid(), SIGKILL);
    const int result = real(descriptor);
    if (is_it) ::kill(::getpid(), SIGKILL);
    return result;
}

}  // namespace

extern "C" {
int fsync(int descriptor) { return through("fsync", descriptor); }
int fdatasync(int descriptor) { return through("fdatasync", descriptor); }
}
