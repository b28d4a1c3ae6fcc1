// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/hashing.hpp"

namespace cellwise::crypto {

/// SHA-256 for those who know only the port.
class OpenSslHashing final : public ports::Hashing {
 public:
    std::unique_ptr<ports::HashStream> new_sha256() override;
};

}  // namespace cellwise::crypto
