// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cellwise::ports {

/// What people know a certificate by.
struct CertificateInfo {
    std::string subject{};      ///< RFC 4514: "CN=push.example.com,O=Example"
    std::string fingerprint{};  ///< lower-case hex SHA-256 of its DER
    Timestamp expires_at{};
};

/// Reads X.509 certificates. Callable from any thread.
class CertificateReader {
 public:
    static constexpr std::size_t kMostCertificates = 16;
    static constexpr std::size_t kMostBytes = 64 * 1024;

    virtual ~CertificateReader() = default;
    /// At least one certificate in PEM, in the order of the text. Errors: InvalidInput "certificate.malformed",
    /// "certificate.too_many", "certificate.private_key" (a secret that does not belong there).
    virtual Result<std::vector<CertificateInfo>> read(std::string_view pem) const = 0;
};

}  // namespace cellwise::ports
