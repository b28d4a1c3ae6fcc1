// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/algorithm.hpp"
#include "adapters/crypto/openssl_handles.hpp"

/// What public and private keys have in common. For the .cpp files of this folder only.
namespace cellwise::crypto {

/// The algorithm that a key, public or private, signs by: each kind and size of key has exactly one. Errors:
/// InvalidInput "<whose>.unsupported".
Result<Algorithm> algorithm_of(const EVP_PKEY& key, std::string_view whose);

/// Sets padding, digest and salt, so that what is signed or verified is a SHA-256 digest. Not for Ed25519.
bool prepare_for_digest(EVP_PKEY_CTX& context, Algorithm algorithm);

}  // namespace cellwise::crypto
