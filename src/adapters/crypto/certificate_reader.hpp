// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/certificates.hpp"

namespace cellwise::crypto {

class PemCertificateReader final : public ports::CertificateReader {
 public:
    Result<std::vector<ports::CertificateInfo>> read(std::string_view pem) const override;
};

}  // namespace cellwise::crypto
