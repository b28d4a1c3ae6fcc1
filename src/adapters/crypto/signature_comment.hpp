// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/algorithm.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <string>
#include <string_view>

namespace cellwise::crypto {

/// The text in a signed package's archive comment (docs/packages.md): four lines and no more.
struct SignatureComment {
    Algorithm algorithm = Algorithm::Ed25519;
    std::string fingerprint;  ///< of the key that signed; lower-case hex SHA-256 of its SPKI DER
    Bytes signature;

    friend bool operator==(const SignatureComment&, const SignatureComment&) = default;
};

/// More than the longest comment of any of the algorithms: what is longer is not read.
constexpr std::size_t kMaxCommentSize = 1024;

std::string format_signature_comment(const SignatureComment& comment);
/// Takes exactly what format_signature_comment writes. Errors: "signature.malformed", which names the line.
Result<SignatureComment> parse_signature_comment(std::string_view text);

}  // namespace cellwise::crypto
