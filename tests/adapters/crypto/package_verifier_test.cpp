// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"

#include "adapters/crypto/public_key.hpp"
#include "adapters/crypto/sha256.hpp"
#include "adapters/crypto/signature_comment.hpp"
#include "memory_file.hpp"
#include "signed_package.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

class PackageVerifierRules : public testing::Test {
 protected:
    Status verify(const std::string& bytes, const PrivateKey& key) {
        const auto file = directory_.write("package.zip", bytes);
        const auto claim = verifier_.read_claim(file);
        if (!claim) return claim.error();
        return verifier_.verify(file, public_pem(key), sha256(as_bytes(bytes).first(claim->covered_size)));
    }
    void expect_code(const Status& status, std::string_view code) {
        ASSERT_FALSE(status) << "not refused with " << code;
        EXPECT_EQ(status.error().code, code) << status.error().message;
    }

    fakes::TemporaryDirectory directory_;
    PackageVerifier verifier_;
};

class EverySignature : public PackageVerifierRules, public testing::WithParamInterface<Algorithm> {};

TEST_P(EverySignature, FindsASignatureOfTheKeyValid) {
    const auto status = verify(signed_by(a_key(GetParam()), a_package()), a_key(GetParam()));
    EXPECT_TRUE(status) << status.error().message;
}

TEST_P(EverySignature, SaysWhoClaimsToHaveSigned) {
    const auto file = directory_.write("package.zip", signed_by(a_key(GetParam()), a_package()));
    const auto claim = verifier_.read_claim(file);
    ASSERT_TRUE(claim);
    const auto key = verifier_.parse_public_key(public_pem(a_key(GetParam()))).value();
    EXPECT_EQ(claim->algorithm, to_string(GetParam()));
    EXPECT_EQ(claim->algorithm, key.algorithm);
    EXPECT_EQ(claim->fingerprint, key.fingerprint);
}

TEST_P(EverySignature, RefusesAFlippedBitAnywhere) {
    const auto key = PublicKey::parse_pem(public_pem(a_key(GetParam()))).value();
    MemoryFile file(signed_by(a_key(GetParam()), a_package()));
    ASSERT_TRUE(verify_package(file.stream(), key));
    for (std::size_t bit = 0; bit < file.bits(); ++bit) {
        file.flip_bit(bit);
        ASSERT_FALSE(verify_package(file.stream(), key)) << "bit " << bit;
        file.flip_bit(bit);
    }
}

TEST_P(EverySignature, RefusesASignatureThatClaimsTheKeyOfAnother) {
    // Signed by one, with the other's fingerprint written in.
    const auto other = PrivateKey::generate(GetParam()).value();
    const auto fingerprint_of = [](const PrivateKey& key) {
        return PublicKey::parse_pem(public_pem(key))->fingerprint();
    };
    auto bytes = signed_by(other, a_package());
    bytes.replace(bytes.find(fingerprint_of(other)), 64, fingerprint_of(a_key(GetParam())));
    expect_code(verify(bytes, a_key(GetParam())), "signature.invalid");
}

INSTANTIATE_TEST_SUITE_P(PackageVerifier, EverySignature, testing::ValuesIn(kAlgorithms), test_name);

TEST_F(PackageVerifierRules, RefusesASignatureByAnotherKey) {
    const auto bytes = signed_by(a_key(Algorithm::Ed25519), a_package());
    expect_code(verify(bytes, PrivateKey::generate(Algorithm::Ed25519).value()), "signature.other_key");
    expect_code(verify(bytes, a_key(Algorithm::EcdsaP256)), "signature.other_key");
}

TEST_F(PackageVerifierRules, RefusesAnUnsignedPackage) {
    expect_code(verify(a_package(), a_key(Algorithm::Ed25519)), "signature.missing");
}

TEST_F(PackageVerifierRules, RefusesAppendedBytes) {
    const auto good = signed_by(a_key(Algorithm::Ed25519), a_package());
    for (const std::string tail : {"x", "\n", "many more bytes than an end record has"}) {
        expect_code(verify(good + tail, a_key(Algorithm::Ed25519)), "archive.trailing_bytes");
    }
    expect_code(verify(good + a_package("", ""), a_key(Algorithm::Ed25519)), "signature.missing");
}

TEST_F(PackageVerifierRules, RefusesACommentThatWasMadeLonger) {
    auto bytes = signed_by(a_key(Algorithm::Ed25519), a_package());
    const auto length_at = a_package().size() - 2;
    bytes[length_at] = static_cast<char>(bytes[length_at] + 1);
    expect_code(verify(bytes + "\n", a_key(Algorithm::Ed25519)), "signature.malformed");
}

TEST_F(PackageVerifierRules, RefusesAnAlgorithmThatIsNotTheKeys) {
    // The comment is not covered: without this rule an attacker could choose how a key is used.
    auto bytes = signed_by(a_key(Algorithm::EcdsaP256), a_package());
    auto length_at = a_package().size() - 2;
    const std::string from = "ecdsa-p256-sha256";
    const std::string to = "ecdsa-secp256k1-sha256";
    bytes.replace(bytes.find(from), from.size(), to);
    bytes[length_at] = static_cast<char>(bytes[length_at] + 5);
    expect_code(verify(bytes, a_key(Algorithm::EcdsaP256)), "signature.malformed");
}

TEST_F(PackageVerifierRules, RefusesASecondEndRecord) {
    const auto& key = a_key(Algorithm::Ed25519);
    const auto with_signature = signed_by(key, a_package());
    // An outer record whose comment is the whole signed end of the package: the two readings of package.md.
    const auto inner_size = with_signature.size();
    std::string outer = "PK\x05\x06" + std::string(16, '\0');
    outer += static_cast<char>(inner_size & 0xFF);
    outer += static_cast<char>(inner_size >> 8);
    expect_code(verify(outer + with_signature, key), "archive.second_end_record");
}

TEST_F(PackageVerifierRules, TellsWhenTheFileIsNotThere) {
    expect_code(verifier_.verify(directory_ / "nothing.zip", public_pem(a_key(Algorithm::Ed25519)), Digest{}),
                "file.unreadable");
    EXPECT_EQ(verifier_.read_claim(directory_ / "nothing.zip").error().code, "file.unreadable");
}

TEST_F(PackageVerifierRules, RefusesADirectory) { EXPECT_FALSE(verifier_.read_claim(directory_.path())); }

TEST_F(PackageVerifierRules, HashesBytes) {
    EXPECT_EQ(verifier_.sha256_hex(as_bytes("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace cellwise::crypto
