// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/public_key.hpp"

#include "signed_package.hpp"
#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::crypto {
namespace {

using Files = fakes::TemporaryDirectory;

const std::filesystem::path kKeys = fakes::in_source_tree("tests/adapters/crypto/keys");

std::string good_pem(Algorithm algorithm) {
    return Files::read(kKeys / "good" / (std::string(to_string(algorithm)) + ".pem"));
}

class EveryAlgorithm : public testing::TestWithParam<Algorithm> {};

TEST_P(EveryAlgorithm, IsReadFromWhatOpensslWrote) {
    const auto key = PublicKey::parse_pem(good_pem(GetParam()));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->algorithm(), GetParam());
}

TEST_P(EveryAlgorithm, HasTheFingerprintThatSha256sumSays) {
    const auto expected = Files::read(kKeys / "good" / (std::string(to_string(GetParam())) + ".sha256"));
    EXPECT_EQ(PublicKey::parse_pem(good_pem(GetParam()))->fingerprint() + "\n", expected);
}

TEST_P(EveryAlgorithm, IsWrittenAsOpensslWritesIt) {
    EXPECT_EQ(PublicKey::parse_pem(good_pem(GetParam()))->pem(), good_pem(GetParam()));
}

TEST_P(EveryAlgorithm, VerifiesWhatItsPrivateKeySignedAndNothingElse) {
    const auto& pair = a_key(GetParam());
    const auto key = PublicKey::parse_pem(public_pem(pair)).value();
    const auto digest = sha256(as_bytes("content"));
    auto signature = pair.sign(digest).value();
    EXPECT_TRUE(key.verifies(digest, signature));
    EXPECT_FALSE(key.verifies(sha256(as_bytes("other content")), signature));
    EXPECT_FALSE(key.verifies(digest, {}));
    EXPECT_FALSE(PublicKey::parse_pem(good_pem(GetParam()))->verifies(digest, signature));
    auto longer = signature;
    longer.push_back(0);
    EXPECT_FALSE(key.verifies(digest, longer));
    signature.pop_back();
    EXPECT_FALSE(key.verifies(digest, signature));
}

INSTANTIATE_TEST_SUITE_P(PublicKey, EveryAlgorithm, testing::ValuesIn(kAlgorithms), test_name);

TEST(PublicKey, RefusesWeakerAndOtherKinds) {
    std::size_t seen = 0;
    for (const auto& file : std::filesystem::directory_iterator(kKeys / "refused")) {
        const auto key = PublicKey::parse_pem(Files::read(file.path()));
        ASSERT_FALSE(key) << file.path();
        EXPECT_EQ(key.error().code, "public_key.unsupported") << file.path() << ": " << key.error().message;
        EXPECT_EQ(key.error().field, "pem");
        ++seen;
    }
    EXPECT_EQ(seen, 11U);
}

TEST(PublicKey, RefusesWhatIsNotOneWholeBlock) {
    const auto good = good_pem(Algorithm::EcdsaP256);
    const auto cut = good.substr(0, good.size() / 2);
    auto relabelled = good;
    for (auto at = relabelled.find("PUBLIC KEY"); at != std::string::npos;
         at = relabelled.find("PUBLIC KEY", at + 1)) {
        relabelled.replace(at, 10, "CERTIFICATE");
    }
    for (const auto& pem :
         {std::string(), std::string("not a key"), cut, good + good, good + "trailing text", "text " + good,
          relabelled, std::string("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"),
          std::string("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
          good + std::string(10'000, '\n')}) {
        const auto key = PublicKey::parse_pem(pem);
        ASSERT_FALSE(key) << pem;
        EXPECT_EQ(key.error().code, "public_key.malformed") << pem;
    }
    EXPECT_TRUE(PublicKey::parse_pem("\r\n" + good + "\n \n"));
}

TEST(PublicKey, RefusesDerWithBytesBehind) {
    // The same P-256 key with two zero bytes after its SEQUENCE.
    const auto good = good_pem(Algorithm::EcdsaP256);
    auto longer = good;
    const auto end = longer.find("\n-----END");
    ASSERT_EQ(longer.substr(end - 2, 2), "==");  // 91 bytes
    longer.replace(end - 2, 2, "AA");
    const auto key = PublicKey::parse_pem(longer);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, "public_key.malformed");
}

TEST(PublicKey, RefusesAPointThatIsNotOnTheCurve) {
    auto pem = good_pem(Algorithm::EcdsaP256);
    const auto at = pem.find("\n-----END") - 12;  // within y
    pem[at] = pem[at] == 'A' ? 'B' : 'A';
    const auto key = PublicKey::parse_pem(pem);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, "public_key.malformed");
}

TEST(PublicKey, SaysWhenItWasGivenThePrivateOne) {
    const auto key = PublicKey::parse_pem(a_key(Algorithm::Ed25519).pem(std::nullopt).value());
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, "public_key.malformed");
    EXPECT_NE(key.error().message.find("private"), std::string::npos);
    EXPECT_EQ(key.error().value, "");  // never repeated to anybody
}

}  // namespace
}  // namespace cellwise::crypto
