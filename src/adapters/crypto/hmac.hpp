// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/message_authentication.hpp"

namespace cellwise::crypto {

class OpenSslAuthentication final : public ports::MessageAuthentication {
 public:
    ports::Sha256Digest hmac_sha256(ByteView key, ByteView message) override;
    bool equal(ByteView a, ByteView b) override;
};

}  // namespace cellwise::crypto
