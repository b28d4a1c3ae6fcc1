// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"

#include "adapters/crypto/sha256.hpp"
#include "adapters/crypto/signed_file.hpp"

#include <fstream>

namespace cellwise::crypto {
namespace {

Result<std::ifstream> open_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return internal_error("file.unreadable", "cannot open " + printable(path.string()));
    return file;
}

/// Is that the signature of `key` over bytes with the hash that `hash_covered` tells?
template <class HashCovered>
Status check(const FileSignature& signature, const PublicKey& key, const HashCovered& hash_covered) {
    const auto& comment = signature.comment;
    if (comment.fingerprint != key.fingerprint()) {
        return invalid("signature.other_key", "key",
                       "the signature is by another key than the one with the fingerprint " + key.fingerprint(),
                       comment.fingerprint);
    }
    // The key alone decides how to verify; a comment that says otherwise is no signature of ours.
    if (comment.algorithm != key.algorithm()) {
        return invalid("signature.malformed", "algorithm",
                       "must be the key's own: " + std::string(to_string(key.algorithm())),
                       std::string(to_string(comment.algorithm)));
    }
    const Result<Digest> digest = hash_covered();
    if (!digest) return digest.error();
    if (!key.verifies(*digest, comment.signature)) {
        return invalid("signature.invalid", "signature",
                       "the package or its signature was changed after signing, or another key signed it");
    }
    return {};
}

}  // namespace

Status verify_package(std::istream& file, const PublicKey& key) {
    const auto signature = read_file_signature(file);
    if (!signature) return signature.error();
    return check(*signature, key, [&] { return hash_prefix(file, signature->covered_size); });
}

Result<ports::ParsedKey> PackageVerifier::parse_public_key(std::string_view pem) {
    const auto key = PublicKey::parse_pem(pem);
    if (!key) return key.error();
    return ports::ParsedKey{.algorithm = std::string(to_string(key->algorithm())), .fingerprint = key->fingerprint()};
}

Result<ports::SignatureClaim> PackageVerifier::read_claim(const std::filesystem::path& path) {
    auto file = open_file(path);
    if (!file) return file.error();
    auto signature = read_file_signature(*file);
    if (!signature) return signature.error();
    return ports::SignatureClaim{.algorithm = std::string(to_string(signature->comment.algorithm)),
                                 .fingerprint = std::move(signature->comment.fingerprint),
                                 .covered_size = signature->covered_size};
}

Status PackageVerifier::verify(const std::filesystem::path& path, std::string_view public_key_pem,
                               const ports::Sha256Digest& covered) {
    const auto key = PublicKey::parse_pem(public_key_pem);
    if (!key) return key.error();
    auto file = open_file(path);
    if (!file) return file.error();
    const auto signature = read_file_signature(*file);
    if (!signature) return signature.error();
    return check(*signature, *key, [&] { return Result<Digest>(covered); });
}

std::string PackageVerifier::sha256_hex(ByteView bytes) { return crypto::sha256_hex(bytes); }

}  // namespace cellwise::crypto
