// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"
#include "tools/sign/commands.hpp"
#include "tools/sign/output_file.hpp"

namespace cellwise::sign {
namespace {

constexpr std::size_t kMaxPemSize = 64 * 1024;

}  // namespace

Status verify(const VerifyOptions& options, std::ostream& out) {
    const auto pem = read_text(options.key, kMaxPemSize);
    if (!pem) return pem.error();
    if (auto valid = crypto::PackageVerifier().verify(options.package, *pem); !valid) return valid;
    out << "signature valid\n";
    return {};
}

}  // namespace cellwise::sign
