// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/ports/hashing.hpp"

namespace cellwise::ports {

/// Proofs that somebody knows a secret. Callable from any thread.
class MessageAuthentication {
 public:
    virtual ~MessageAuthentication() = default;
    /// HMAC-SHA-256 (RFC 2104).
    virtual Sha256Digest hmac_sha256(ByteView key, ByteView message) = 0;
    /// Takes as long for any two of these lengths.
    virtual bool equal(ByteView a, ByteView b) = 0;
};

}  // namespace cellwise::ports
