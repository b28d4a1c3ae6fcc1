// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/certificate_reader.hpp"

#include "adapters/crypto/self_signed_certificate.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace cellwise::crypto {
namespace {

const PemCertificateReader kReader;
const Timestamp kIssuedAt = std::chrono::sys_days(std::chrono::year(2026) / 2 / 28);

ServerIdentity identity(const std::string& name) {
    return make_self_signed({.common_name = name, .dns = {"localhost"}}, kIssuedAt).value();
}

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/O=Example, Ltd/CN=push.example.com'
// and for the digest: openssl x509 -noout -fingerprint -sha256
constexpr auto kByOpenSsl = R"(-----BEGIN CERTIFICATE-----
MIIBuTCCAV+gAwIBAgIUZxi1zWx+9KM+0xKLr9Fi1mJ4SyAwCgYIKoZIzj0EAwIw
MjEVMBMGA1UECgwMRXhhbXBsZSwgTHRkMRkwFwYDVQQDDBBwdXNoLmV4YW1wbGUu
Y29tMB4XDTI2MTEyNjIzMjU1OVoXDTM2MTEyMzIzMjU1OVowMjEVMBMGA1UECgwM
RXhhbXBsZSwgTHRkMRkwFwYDVQQDDBBwdXNoLmV4YW1wbGUuY29tMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEUxx8aIukdDWu252LgKYdFQJDhxLvib1RBBfYh0Cj
i0s3YbnJkMbgzh7EwTBXkLJK3hgNZvWpUwnkfNYFPVVh46NTMFEwHQYDVR0OBBYE
FJwsMnL6No0wi94JBL/O6frQr4S4MB8GA1UdIwQYMBaAFJwsMnL6No0wi94JBL/O
6frQr4S4MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgcbVmtQ06
uePU4cJbUqpRYySIie56DdxwX+PblLHEN2UCIQD4zJB/VXgdiEpngxIbuPQU/vjP
LXDp16tiN/7+62KAnw==
-----END CERTIFICATE-----
)";

std::string code_of(std::string_view pem) {
    const auto read = kReader.read(pem);
    return read ? "ok" : read.error().code;
}

TEST(CertificateReader, SaysWhatOpenSslSays) {
    const auto read = kReader.read(kByOpenSsl);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().subject, "CN=push.example.com,O=Example\\, Ltd");
    EXPECT_EQ(read->front().fingerprint, "b4317dc0c7d99d3c33bba8be93e97b3880bac8228da9c0d684d6d069aba6e095");
    EXPECT_EQ(read->front().expires_at, from_unix_ms(2111095559000));
}

TEST(CertificateReader, ReadsABundleInItsOrderWithTextBetween) {
    const auto read =
        kReader.read("# ours\n" + identity("one").certificate_pem + "\n# theirs\n" + identity("two").certificate_pem);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->at(0).subject, "CN=one");
    EXPECT_EQ(read->at(1).subject, "CN=two");
    EXPECT_EQ(read->at(0).expires_at, kIssuedAt + std::chrono::days{3650});
}

TEST(CertificateReader, RefusesWhatIsNoCertificate) {
    const auto good = identity("one");
    EXPECT_EQ(code_of(""), "certificate.malformed");
    EXPECT_EQ(code_of("hello"), "certificate.malformed");
    EXPECT_EQ(code_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "certificate.malformed");
    EXPECT_EQ(code_of(good.certificate_pem.substr(0, 300)), "certificate.malformed");
    EXPECT_EQ(code_of(good.certificate_pem + good.certificate_pem.substr(0, 300)), "certificate.malformed")
        << "half a bundle must not pass for a whole one";
    EXPECT_EQ(code_of(std::string(70'000, '\n') + good.certificate_pem), "certificate.malformed");
}

TEST(CertificateReader, RefusesAPrivateKeyAmongThem) {
    const auto good = identity("one");
    EXPECT_EQ(code_of(good.certificate_pem + good.key_pem), "certificate.private_key");
}

TEST(CertificateReader, TakesSixteenAndNoMore) {
    std::string bundle;
    const auto one = identity("one").certificate_pem;
    for (int i = 0; i < 16; ++i) bundle += one;
    EXPECT_EQ(kReader.read(bundle).value().size(), 16U);
    EXPECT_EQ(code_of(bundle + one), "certificate.too_many");
}

}  // namespace
}  // namespace cellwise::crypto
