// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tls_identity.hpp"

#include "adapters/http/tls_support.hpp"
#include "tests/adapters/http/test_authority.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <string>

namespace cellwise::http {
namespace {

using testing::Issued;
using testing::TestAuthority;

const TestAuthority kAuthority;
const Issued kIssued = kAuthority.issue();

TlsMaterial good() { return {.certificate = kIssued.certificate, .key = kIssued.key}; }

std::string refusal_of(const TlsMaterial& material) {
    const auto made = TlsIdentity::make(material);
    return made ? "none" : made.error().code + " " + made.error().field;
}

std::string encrypted_key() {
    const BioHandle in(BIO_new_mem_buf(kIssued.key.data(), static_cast<int>(kIssued.key.size())));
    const KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    const BioHandle out(BIO_new(BIO_s_mem()));
    std::string secret = "secret";
    PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), secret.data(),
                                  static_cast<int>(secret.size()), nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

TEST(TlsIdentity, TakesACertificateWithItsKeyInOneFileOrTwo) {
    EXPECT_EQ(refusal_of(good()), "none");
    const auto both = kIssued.key + kIssued.certificate;
    EXPECT_EQ(refusal_of({.certificate = both, .key = both}), "none");
}

TEST(TlsIdentity, SaysWhichFileIsWrong) {
    auto material = good();
    material.certificate = "no certificate";
    EXPECT_EQ(refusal_of(material), "tls.certificate.malformed certificate");
    material.certificate = kIssued.certificate + kIssued.certificate.substr(0, 200);
    EXPECT_EQ(refusal_of(material), "tls.certificate.malformed certificate") << "half a chain";
    material = good();
    material.key = kIssued.certificate;
    EXPECT_EQ(refusal_of(material), "tls.key.malformed key");
    material.key = kAuthority.issue().key;
    EXPECT_EQ(refusal_of(material), "tls.key.mismatch key");
    material.key = encrypted_key();
    EXPECT_EQ(refusal_of(material), "tls.key.encrypted key") << "and nobody is asked at a terminal";
    material = good();
    material.clients = ClientCertificates::Optional;
    EXPECT_EQ(refusal_of(material), "tls.client_ca.missing client_ca");
    material.client_ca = kIssued.key;
    EXPECT_EQ(refusal_of(material), "tls.client_ca.malformed client_ca");
    material.client_ca = kAuthority.pem();
    EXPECT_EQ(refusal_of(material), "none");
}

TEST(TlsIdentity, KeepsWhatItHasWhenTheNewIsWrong) {
    const auto identity = TlsIdentity::make(good()).value();
    const auto before = identity->context();
    auto wrong = good();
    wrong.key = kAuthority.issue().key;
    EXPECT_FALSE(identity->exchange(wrong));
    EXPECT_EQ(identity->context(), before);
    EXPECT_TRUE(identity->exchange(good()));
    EXPECT_NE(identity->context(), before);
}

}  // namespace
}  // namespace cellwise::http
