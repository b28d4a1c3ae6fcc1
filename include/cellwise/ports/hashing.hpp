// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace cellwise::ports {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// The SHA-256 of what comes piece by piece. One thread at a time.
class HashStream {
 public:
    virtual ~HashStream() = default;
    virtual void update(ByteView bytes) = 0;
    /// Once; after it only the destructor.
    virtual Sha256Digest finish() = 0;
    /// One that has taken the same bytes and goes its own way from here.
    virtual std::unique_ptr<HashStream> fork() const = 0;

    /// finish() as lower-case hex.
    std::string finish_hex() { return to_hex(finish()); }
};

/// Makes hash streams. Callable from any thread.
class Hashing {
 public:
    virtual ~Hashing() = default;
    virtual std::unique_ptr<HashStream> new_sha256() = 0;
};

}  // namespace cellwise::ports
