// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cellwise::ctl {

/// The SHA-256 of a certificate's DER in lower-case hex, as the daemon's log says it. Empty for what is no PEM.
std::string certificate_fingerprint(std::string_view pem);

}  // namespace cellwise::ctl
