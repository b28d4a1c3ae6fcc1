// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/signatures.hpp"

namespace cellwise::crypto {

/// Checks signatures in archive comments. Without state; callable from any thread; memory stays flat.
class PackageVerifier final : public ports::SignatureVerifier {
 public:
    Result<ports::ParsedKey> parse_public_key(std::string_view pem) override;
    Result<ports::SignatureClaim> read_claim(const std::filesystem::path& file) override;
    Status verify(const std::filesystem::path& file, std::string_view public_key_pem) override;
    std::string sha256_hex(ByteView bytes) override;
};

}  // namespace cellwise::crypto
