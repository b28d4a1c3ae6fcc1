// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/ports/hashing.hpp"

#include <memory>
#include <string>

struct evp_md_ctx_st;

namespace cellwise::crypto {

using Digest = ports::Sha256Digest;

/// SHA-256 of what comes piece by piece. One thread at a time.
class Sha256 {
 public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256(const Sha256&);  ///< goes on from the same bytes by itself
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();

    void update(ByteView bytes);
    /// Once; after it only the destructor.
    Digest finish();

 private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Digest sha256(ByteView bytes);
std::string sha256_hex(ByteView bytes);  ///< lower case

}  // namespace cellwise::crypto
