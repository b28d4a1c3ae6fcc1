// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/private_key.hpp"

#include "cellwise/base/result.hpp"

#include <istream>
#include <ostream>

namespace cellwise::crypto {

/// Copies an unsigned package with a signature put into its archive comment. Memory stays flat. Errors:
/// "signature.present" (the package has an archive comment already), "file.unwritable", those of read_end_record.
Status sign_package(std::istream& package, std::ostream& signed_package, const PrivateKey& key);

}  // namespace cellwise::crypto
