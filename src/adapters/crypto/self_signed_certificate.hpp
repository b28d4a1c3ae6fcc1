// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <string>
#include <vector>

namespace cellwise::crypto {

/// What a server shows its clients, and what proves that it is its own.
struct ServerIdentity {
    std::string certificate_pem{};
    std::string key_pem{};  ///< PKCS#8, in clear
};

struct ServerNames {
    std::string common_name{};             ///< cut to 64 characters, which X.520 allows
    std::vector<std::string> dns{};        ///< for subjectAltName
    std::vector<std::string> addresses{};  ///< IPv4 or IPv6, for subjectAltName
};

/// A new EC P-256 key and a certificate that it signs itself. It is no authority: it vouches for this server only.
/// Good from a day before `now`, for clients whose clock is slow, and for ten years.
Result<ServerIdentity> make_self_signed(const ServerNames& names, Timestamp now);

}  // namespace cellwise::crypto
