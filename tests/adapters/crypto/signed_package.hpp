// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/private_key.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

namespace cellwise::crypto {

/// For test names: "ed25519"; GoogleTest allows no dashes.
std::string test_name(const testing::TestParamInfo<Algorithm>& info);
inline void PrintTo(Algorithm algorithm, std::ostream* out) { *out << to_string(algorithm); }

/// One key per algorithm and test program: making RSA keys takes a while.
const PrivateKey& a_key(Algorithm algorithm);
std::string public_pem(const PrivateKey& key);

/// `content`, then an end record with this comment: all that a signature knows of a package.
std::string a_package(std::string_view content = "some covered bytes", std::string_view comment = "");
std::string signed_by(const PrivateKey& key, const std::string& package);

}  // namespace cellwise::crypto
