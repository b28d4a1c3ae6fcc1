// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/self_signed_certificate.hpp"

#include "adapters/crypto/certificate_reader.hpp"
#include "adapters/crypto/openssl_handles.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>

namespace cellwise::crypto {
namespace {

using namespace std::chrono_literals;

const Timestamp kMadeAt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

ServerIdentity make() {
    return make_self_signed({.common_name = "gateway.plant.example",
                             .dns = {"gateway.plant.example", "localhost"},
                             .addresses = {"127.0.0.1", "::1"}},
                            kMadeAt)
        .value();
}

CertificateHandle read(const std::string& pem) {
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return CertificateHandle(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}

/// As a client does that was given the certificate itself to trust.
int verify_at(X509& certificate, Timestamp at) {
    const std::unique_ptr<X509_STORE, OpenSslDeleter<X509_STORE_free>> store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), &certificate);
    const std::unique_ptr<X509_STORE_CTX, OpenSslDeleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), &certificate, nullptr);
    auto* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(rules, static_cast<std::time_t>(to_unix_ms(at) / 1000));
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

TEST(SelfSignedCertificate, IsGoodForItsNamesAndAddresses) {
    const auto certificate = read(make().certificate_pem);
    ASSERT_TRUE(certificate);
    for (const char* name : {"gateway.plant.example", "localhost"}) {
        EXPECT_EQ(X509_check_host(certificate.get(), name, 0, 0, nullptr), 1) << name;
    }
    for (const char* address : {"127.0.0.1", "::1"}) {
        EXPECT_EQ(X509_check_ip_asc(certificate.get(), address, 0), 1) << address;
    }
    EXPECT_EQ(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.2", 0), 0);
}

TEST(SelfSignedCertificate, IsTrustedByWhomeverItWasGivenFromYesterdayForTenYears) {
    const auto certificate = read(make().certificate_pem);
    EXPECT_EQ(verify_at(*certificate, kMadeAt), X509_V_OK);
    EXPECT_EQ(verify_at(*certificate, kMadeAt - 23h), X509_V_OK);
    EXPECT_EQ(verify_at(*certificate, kMadeAt - 25h), X509_V_ERR_CERT_NOT_YET_VALID);
    EXPECT_EQ(verify_at(*certificate, kMadeAt + std::chrono::days{3649}), X509_V_OK);
    EXPECT_EQ(verify_at(*certificate, kMadeAt + std::chrono::days{3651}), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(SelfSignedCertificate, VouchesForNobodyElse) {
    const auto certificate = read(make().certificate_pem);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

TEST(SelfSignedCertificate, ComesWithItsKeyAndIsNewEachTime) {
    const auto first = make();
    const BioHandle in(BIO_new_mem_buf(first.key_pem.data(), static_cast<int>(first.key_pem.size())));
    const KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    ASSERT_TRUE(key);
    EXPECT_EQ(X509_check_private_key(read(first.certificate_pem).get(), key.get()), 1);
    EXPECT_EQ(X509_check_private_key(read(make().certificate_pem).get(), key.get()), 0);
}

TEST(SelfSignedCertificate, CutsANameThatIsTooLongForACommonName) {
    const std::string longest(200, 'n');
    const auto made = make_self_signed({.common_name = longest, .dns = {"localhost"}}, kMadeAt);
    ASSERT_TRUE(made);
    EXPECT_EQ(PemCertificateReader{}.read(made->certificate_pem).value().front().subject,
              "CN=" + std::string(64, 'n'));
}

}  // namespace
}  // namespace cellwise::crypto
