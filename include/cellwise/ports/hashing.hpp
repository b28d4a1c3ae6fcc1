// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <memory>
#include <string>

namespace cellwise::ports {

/// The hash of what comes piece by piece. One thread at a time.
class HashStream {
 public:
    virtual ~HashStream() = default;
    virtual void update(ByteView bytes) = 0;
    /// Lower-case hex. Once; after it only the destructor.
    virtual std::string finish_hex() = 0;
};

/// Makes hash streams. Callable from any thread.
class Hashing {
 public:
    virtual ~Hashing() = default;
    virtual std::unique_ptr<HashStream> new_sha256() = 0;
};

}  // namespace cellwise::ports
