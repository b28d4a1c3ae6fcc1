// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/algorithm.hpp"
#include "adapters/crypto/sha256.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace cellwise::crypto {

/// A public key of one of the allowed algorithms. Immutable; callable from any thread.
class PublicKey {
 public:
    /// One PEM block "PUBLIC KEY" (SubjectPublicKeyInfo) and nothing else but white space. Errors:
    /// "public_key.malformed", "public_key.unsupported" (another algorithm, or weaker than those that we take).
    static Result<PublicKey> parse_pem(std::string_view pem);

    Algorithm algorithm() const { return algorithm_; }
    /// Lower-case hex SHA-256 of the SPKI DER.
    const std::string& fingerprint() const { return fingerprint_; }
    /// The key as we would write it ourselves.
    std::string pem() const;

    bool verifies(const Digest& digest, ByteView signature) const;

 private:
    PublicKey(std::shared_ptr<evp_pkey_st> key, Algorithm algorithm, std::string fingerprint)
        : key_(std::move(key)), algorithm_(algorithm), fingerprint_(std::move(fingerprint)) {}

    std::shared_ptr<evp_pkey_st> key_;
    Algorithm algorithm_;
    std::string fingerprint_;
};

}  // namespace cellwise::crypto
