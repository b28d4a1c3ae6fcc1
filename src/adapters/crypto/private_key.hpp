// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/algorithm.hpp"
#include "adapters/crypto/sha256.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace cellwise::crypto {

/// A vendor's signing key. Only the signing tool has one; the daemon never does.
class PrivateKey {
 public:
    static Result<PrivateKey> generate(Algorithm algorithm);

    /// PKCS#8, encrypted or not. Errors: "private_key.malformed", "private_key.unsupported",
    /// "private_key.passphrase.missing" (it is encrypted), "private_key.passphrase.wrong".
    static Result<PrivateKey> parse_pem(std::string_view pem, const std::optional<std::string>& passphrase);
    static bool is_encrypted(std::string_view pem);

    /// PKCS#8; with a passphrase under AES-256-CBC and PBKDF2 with HMAC-SHA-256, kPbkdf2Rounds rounds.
    Result<std::string> pem(const std::optional<std::string>& passphrase) const;
    Result<std::string> public_pem() const;

    Algorithm algorithm() const { return algorithm_; }
    Result<Bytes> sign(const Digest& digest) const;

    static constexpr int kPbkdf2Rounds = 600'000;

 private:
    PrivateKey(std::shared_ptr<evp_pkey_st> key, Algorithm algorithm) : key_(std::move(key)), algorithm_(algorithm) {}

    std::shared_ptr<evp_pkey_st> key_;
    Algorithm algorithm_;
};

}  // namespace cellwise::crypto
