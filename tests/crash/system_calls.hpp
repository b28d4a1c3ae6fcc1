// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// The calls by which bytes and names reach the disk: write, pwrite, fsync, fdatasync, ftruncate, rename, unlink,
/// mkostemp. In the program that links this they are ours, also for the libraries in it (SQLite), so a test can count
/// them, have the process killed at any of them, or have the disk fail. One thread.
namespace cellwise::crash {

enum class Mishap {
    None,
    KillBefore,  ///< the process dies by SIGKILL instead of the call
    KillAfter,   ///< and right behind it
    Error,       ///< the call fails with EIO, those behind it do not
    DiskFull     ///< half of what it writes is written; from then on all that need room fail with ENOSPC
};

struct Call {
    std::string name;
    std::string path;  ///< of the file or of what the descriptor stands for; of a rename, where from
    std::string to{};  ///< of a rename
    friend bool operator==(const Call&, const Call&) = default;
};

/// From now on calls are counted, from 1; the mishap befalls number `at`.
void arm(Mishap mishap = Mishap::None, std::size_t at = 0);
/// Calls go through untouched again. Gives those that were made since arm().
std::vector<Call> disarm();

}  // namespace cellwise::crash
