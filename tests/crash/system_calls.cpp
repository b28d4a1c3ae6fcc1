// SPDX-License-Identifier: Apache-2.0
#include "system_calls.hpp"

#include <sys/types.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <dlfcn.h>
#include <filesystem>
#include <unistd.h>

namespace cellwise::crash {
namespace {

struct Watch {
    bool armed = false;
    Mishap mishap = Mishap::None;
    std::size_t at = 0;
    std::vector<Call> calls{};
};
Watch watch;

enum class Room { Needed, NotNeeded };
enum class Verdict { Pass, PassAndDie, Fail, Half };

Verdict judge(Call call, Room room) {
    if (!watch.armed) return Verdict::Pass;
    watch.calls.push_back(std::move(call));
    const auto number = watch.calls.size();
    if (watch.mishap == Mishap::DiskFull && number > watch.at && watch.at != 0 && room == Room::Needed) {
        errno = ENOSPC;
        return Verdict::Fail;
    }
    if (number != watch.at) return Verdict::Pass;
    switch (watch.mishap) {
        case Mishap::None:
            return Verdict::Pass;
        case Mishap::KillBefore:
            ::kill(::getpid(), SIGKILL);
            return Verdict::Fail;
        case Mishap::KillAfter:
            return Verdict::PassAndDie;
        case Mishap::Error:
            errno = EIO;
            return Verdict::Fail;
        case Mishap::DiskFull:
            errno = ENOSPC;
            return room == Room::Needed ? Verdict::Half : Verdict::Pass;
    }
    return Verdict::Pass;
}

std::string path_of(int descriptor) {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), ignored).string();
}

/// `real` unless a mishap befalls it; `half` when only half of it is done.
template <class Real, class Half>
auto through(Call call, Room room, const Real& real, const Half& half) -> decltype(real()) {
    const auto verdict = judge(std::move(call), room);
    if (verdict == Verdict::Fail) return -1;
    const auto result = verdict == Verdict::Half ? half() : real();
    if (verdict == Verdict::PassAndDie) ::kill(::getpid(), SIGKILL);
    return result;
}
template <class Real>
auto through(Call call, Room room, const Real& real) -> decltype(real()) {
    return through(std::move(call), room, real, [] { return decltype(real()){-1}; });
}

/// The library's own.
template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

void arm(Mishap mishap, std::size_t at) { watch = {.armed = true, .mishap = mishap, .at = at}; }

std::vector<Call> disarm() {
    watch.armed = false;
    return std::move(watch.calls);
}

}  // namespace cellwise::crash

// What follows takes the place of libc's: the linker finds a program's own functions first.
using cellwise::crash::Call;
using cellwise::crash::path_of;
using cellwise::crash::real;
using cellwise::crash::Room;
using cellwise::crash::through;

extern "C" {

ssize_t write(int descriptor, const void* data, size_t size) {
    static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
    if (!cellwise::crash::watch.armed) return next(descriptor, data, size);
    return through(
        Call{"write", path_of(descriptor)}, Room::Needed, [&] { return next(descriptor, data, size); },
        [&] { return size > 1 ? next(descriptor, data, size / 2) : ssize_t{-1}; });
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
    static auto* const next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
    if (!cellwise::crash::watch.armed) return next(descriptor, data, size, offset);
    return through(
        Call{"pwrite", path_of(descriptor)}, Room::Needed, [&] { return next(descriptor, data, size, offset); },
        [&] { return size > 1 ? next(descriptor, data, size / 2, offset) : ssize_t{-1}; });
}

int fsync(int descriptor) {
    static auto* const next = real<int(int)>("fsync");
    return through(Call{"fsync", path_of(descriptor)}, Room::NotNeeded, [&] { return next(descriptor); });
}

int fdatasync(int descriptor) {
    static auto* const next = real<int(int)>("fdatasync");
    return through(Call{"fdatasync", path_of(descriptor)}, Room::NotNeeded, [&] { return next(descriptor); });
}

int ftruncate64(int descriptor, off64_t size) noexcept {
    static auto* const next = real<int(int, off64_t)>("ftruncate64");
    return through(Call{"ftruncate", path_of(descriptor)}, Room::NotNeeded, [&] { return next(descriptor, size); });
}

int rename(const char* from, const char* to) noexcept {
    static auto* const next = real<int(const char*, const char*)>("rename");
    return through(Call{"rename", from, to}, Room::Needed, [&] { return next(from, to); });
}

int unlink(const char* path) noexcept {
    static auto* const next = real<int(const char*)>("unlink");
    return through(Call{"unlink", path}, Room::NotNeeded, [&] { return next(path); });
}

int remove(const char* path) noexcept {
    static auto* const next = real<int(const char*)>("remove");
    return through(Call{"unlink", path}, Room::NotNeeded, [&] { return next(path); });
}

int mkostemp(char* pattern, int flags) {
    static auto* const next = real<int(char*, int)>("mkostemp");
    return through(Call{"mkostemp", pattern}, Room::Needed, [&] { return next(pattern, flags); });
}

}  // extern "C"
