// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/ports/hashing.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace cellwise::ports {

/// A public key as read from PEM: SPKI of one of the five allowed algorithms.
struct ParsedKey {
    std::string algorithm;
    std::string fingerprint;  ///< lower-case hex SHA-256 of the SubjectPublicKeyInfo DER
};

/// Who claims to have signed a file, before that is checked.
struct SignatureClaim {
    std::string algorithm;
    std::string fingerprint;
    std::uint64_t covered_size = 0;  ///< bytes from the start of the file that the signature is over
};

/// The signature in a package's archive comment (docs/packages.md). Callable from any thread.
class SignatureVerifier {
 public:
    virtual ~SignatureVerifier() = default;
    virtual Result<ParsedKey> parse_public_key(std::string_view pem) = 0;
    /// Errors: "signature.missing", "signature.malformed", and "archive.*" for a file that is no whole ZIP archive.
    virtual Result<SignatureClaim> read_claim(const std::filesystem::path& file) = 0;
    /// `covered` is the hash of the bytes that the claim says it covers: whoever received the file has hashed them.
    /// Errors: "signature.invalid", "signature.other_key" (the claim names another), those of read_claim.
    virtual Status verify(const std::filesystem::path& file, std::string_view public_key_pem,
                          const Sha256Digest& covered) = 0;
    virtual std::string sha256_hex(ByteView bytes) = 0;
};

}  // namespace cellwise::ports
