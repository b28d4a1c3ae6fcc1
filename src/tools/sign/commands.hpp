// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/algorithm.hpp"
#include "tools/sign/console.hpp"

#include "cellwise/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

/// What cellwise-sign does, one function and one file a command. An error is for the console to tell at the end.
namespace cellwise::sign {

/// Larger archives would be ZIP64, which no package is.
constexpr std::uint64_t kMaxPackageSize = 0xFFFF'FFFE;
/// No key comes near it.
constexpr std::size_t kMaxPemSize = 64 * 1024;

/// Where a passphrase comes from; at most one is set, and none of them means the terminal.
struct PassphraseSource {
    std::optional<std::filesystem::path> file{};
    std::optional<int> descriptor{};
    bool none = false;  ///< keygen only: the private key is written unencrypted
};

struct KeygenOptions {
    crypto::Algorithm algorithm = crypto::Algorithm::EcdsaP256;
    std::filesystem::path out{};  ///< a directory
    PassphraseSource passphrase{};
};
/// Makes private.pem (0600) and public.pem. Neither may be there: a lost private key cannot be had back.
Status keygen(const KeygenOptions& options, Console& console);

struct PackOptions {
    std::filesystem::path description{};
    std::filesystem::path file{};
    std::filesystem::path out{};
};
/// Checks every rule that can be checked without the platform, then makes the unsigned package.
Status pack(const PackOptions& options, Console& console);

struct SignOptions {
    std::filesystem::path key{};
    std::filesystem::path package{};
    std::optional<std::filesystem::path> out{};  ///< else <package without .zip>_signed.zip
    PassphraseSource passphrase{};
};
/// Signs any ZIP archive, and warns of rules by which the platform would refuse it.
Status sign(const SignOptions& options, Console& console);

struct VerifyOptions {
    std::filesystem::path key{};
    std::filesystem::path package{};
};
Status verify(const VerifyOptions& options, Console& console);

struct InspectOptions {
    std::filesystem::path package{};
};
/// Shows what a package says of itself; verifies nothing.
Status inspect(const InspectOptions& options, Console& console);

}  // namespace cellwise::sign
