// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/public_key.hpp"

#include "cellwise/ports/signatures.hpp"

#include <istream>

namespace cellwise::crypto {

/// Is the signature in the archive comment of `file` by that key? Errors: "signature.other_key",
/// "signature.invalid", those of read_file_signature.
Status verify_package(std::istream& file, const PublicKey& key);

/// Checks signatures in archive comments. Without state; callable from any thread; memory stays flat.
class PackageVerifier final : public ports::SignatureVerifier {
 public:
    Result<ports::ParsedKey> parse_public_key(std::string_view pem) override;
    Result<ports::SignatureClaim> read_claim(const std::filesystem::path& file) override;
    Status verify(const std::filesystem::path& file, std::string_view public_key_pem,
                  const ports::Sha256Digest& covered) override;
    std::string sha256_hex(ByteView bytes) override;
};

}  // namespace cellwise::crypto
