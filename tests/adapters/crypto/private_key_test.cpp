// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/private_key.hpp"

#include "adapters/crypto/public_key.hpp"
#include "signed_package.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

namespace cellwise::crypto {
namespace {

std::string output_of(const std::string& command) {
    std::string output;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> piece{};
    while (const auto size = std::fread(piece.data(), 1, piece.size(), pipe)) output.append(piece.data(), size);
    ::pclose(pipe);
    return output;
}

class EveryPrivateKey : public testing::TestWithParam<Algorithm> {};

TEST_P(EveryPrivateKey, IsReadBackWithItsPassphrase) {
    const auto& key = a_key(GetParam());
    const auto pem = key.pem("Passphrase 1").value();
    EXPECT_TRUE(PrivateKey::is_encrypted(pem));
    const auto read = PrivateKey::parse_pem(pem, "Passphrase 1");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->algorithm(), GetParam());
    EXPECT_EQ(public_pem(*read), public_pem(key));
}

TEST_P(EveryPrivateKey, IsReadBackUnencrypted) {
    const auto& key = a_key(GetParam());
    const auto pem = key.pem(std::nullopt).value();
    EXPECT_FALSE(PrivateKey::is_encrypted(pem));
    EXPECT_EQ(public_pem(PrivateKey::parse_pem(pem, std::nullopt).value()), public_pem(key));
    EXPECT_EQ(public_pem(PrivateKey::parse_pem(pem, "not needed").value()), public_pem(key));
}

INSTANTIATE_TEST_SUITE_P(PrivateKey, EveryPrivateKey, testing::ValuesIn(kAlgorithms), test_name);

TEST(PrivateKey, IsEncryptedWithAes256AndSixHundredThousandRounds) {
    const fakes::TemporaryDirectory directory;
    const auto file = directory.write("private.pem", a_key(Algorithm::Ed25519).pem("Passphrase 1").value());
    const auto parsed = output_of("openssl asn1parse -in " + file.string());
    EXPECT_NE(parsed.find(":PBES2"), std::string::npos) << parsed;
    EXPECT_NE(parsed.find(":PBKDF2"), std::string::npos) << parsed;
    EXPECT_NE(parsed.find(":0927C0"), std::string::npos) << parsed;  // 600,000
    EXPECT_NE(parsed.find(":hmacWithSHA256"), std::string::npos) << parsed;
    EXPECT_NE(parsed.find(":aes-256-cbc"), std::string::npos) << parsed;
}

TEST(PrivateKey, OpensAKeyThatOpensslEncryptedWithScrypt) {
    const fakes::TemporaryDirectory directory;
    const auto plain = directory.write("plain.pem", a_key(Algorithm::EcdsaP256).pem(std::nullopt).value());
    const auto pem =
        output_of("openssl pkcs8 -topk8 -scrypt -v2 aes-256-cbc -passout pass:abc123 -in " + plain.string());
    const auto key = PrivateKey::parse_pem(pem, "abc123");
    ASSERT_TRUE(key) << pem;
    EXPECT_EQ(public_pem(*key), public_pem(a_key(Algorithm::EcdsaP256)));
}

TEST(PrivateKey, NeedsItsPassphrase) {
    const auto pem = a_key(Algorithm::Ed25519).pem("Passphrase 1").value();
    const auto without = PrivateKey::parse_pem(pem, std::nullopt);
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().code, "private_key.passphrase.missing");
    const auto wrong = PrivateKey::parse_pem(pem, "passphrase 1");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, "private_key.passphrase.wrong");
}

TEST(PrivateKey, RefusesWhatIsNoPrivateKey) {
    for (const auto& pem : {std::string(), std::string("text"), public_pem(a_key(Algorithm::Ed25519)),
                            std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}) {
        const auto key = PrivateKey::parse_pem(pem, std::nullopt);
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().code, "private_key.malformed");
    }
}

TEST(PrivateKey, RefusesAKeyThatIsTooWeakToSign) {
    const auto key =
        PrivateKey::parse_pem(output_of("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024"
                                        " || openssl genrsa 1024"),
                              std::nullopt);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, "private_key.unsupported") << key.error().message;
}

}  // namespace
}  // namespace cellwise::crypto
