// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_signer.hpp"

#include "adapters/crypto/public_key.hpp"
#include "adapters/crypto/signed_file.hpp"

#include <algorithm>
#include <array>

namespace cellwise::crypto {
namespace {

Error unwritable() { return internal_error("file.unwritable", "the signed package cannot be written"); }

Result<SignatureComment> make_comment(std::istream& package, std::uint64_t covered, const PrivateKey& key) {
    const auto public_pem = key.public_pem();
    if (!public_pem) return public_pem.error();
    const auto public_key = PublicKey::parse_pem(*public_pem);
    if (!public_key) return public_key.error();
    const auto digest = hash_prefix(package, covered);
    if (!digest) return digest.error();
    auto signature = key.sign(*digest);
    if (!signature) return signature.error();
    return SignatureComment{
        .algorithm = key.algorithm(), .fingerprint = public_key->fingerprint(), .signature = std::move(*signature)};
}

Status copy_prefix(std::istream& from, std::ostream& to, std::uint64_t size) {
    std::array<char, 64 * 1024> piece{};
    from.clear();
    from.seekg(0);
    while (size > 0) {
        const auto now = static_cast<std::streamsize>(std::min<std::uint64_t>(size, piece.size()));
        if (!from.read(piece.data(), now)) return internal_error("file.unreadable", "the file cannot be read");
        if (!to.write(piece.data(), now)) return unwritable();
        size -= static_cast<std::uint64_t>(now);
    }
    return {};
}

}  // namespace

Status sign_package(std::istream& package, std::ostream& signed_package, const PrivateKey& key) {
    const auto end = read_end_record(package);
    if (!end) return end.error();
    if (end->comment_length != 0) {
        return invalid("signature.present", {},
                       "the archive has a comment already, perhaps a signature: sign the package as it was packed");
    }
    const auto comment = make_comment(package, end->covered_size(), key);
    if (!comment) return comment.error();
    if (const auto copied = copy_prefix(package, signed_package, end->covered_size()); !copied) return copied;

    const auto text = format_signature_comment(*comment);
    const std::array<char, 2> length{static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
    signed_package.write(length.data(), length.size());
    signed_package.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!signed_package.flush()) return unwritable();
    return {};
}

}  // namespace cellwise::crypto
