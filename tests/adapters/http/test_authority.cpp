// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/http/test_authority.hpp"

#include "adapters/http/tls_support.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace cellwise::http::testing {
namespace {

constexpr long kDay = 24 * 60 * 60;

template <class Write>
std::string pem_by(const Write& write) {
    const BioHandle out(BIO_new(BIO_s_mem()));
    EXPECT_EQ(write(out.get()), 1);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

CertificateHandle certificate_of(const Issued& issued) {
    return std::move(read_certificates(issued.certificate).at(0));
}

KeyHandle key_of(const Issued& issued) {
    const BioHandle in(BIO_new_mem_buf(issued.key.data(), static_cast<int>(issued.key.size())));
    return KeyHandle(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/// Signed by `issuer`, or by itself where that is null.
Issued make(const Wanted& wanted, const Issued* issuer) {
    static std::atomic<long> serial{1};
    const KeyHandle key(EVP_EC_gen("prime256v1"));
    const CertificateHandle made(X509_new());
    const auto issuer_certificate = issuer == nullptr ? nullptr : certificate_of(*issuer);
    const auto issuer_key = issuer == nullptr ? nullptr : key_of(*issuer);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), wanted.from_days * kDay);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), wanted.to_days * kDay);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wanted.common_name.data()), -1, -1, 0);
    auto* from = issuer == nullptr ? made.get() : issuer_certificate.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(from));
    X509_set_pubkey(made.get(), key.get());
    add_extension(made.get(), from, NID_basic_constraints, wanted.authority ? "critical,CA:TRUE" : "CA:FALSE");
    add_extension(made.get(), from, NID_subject_key_identifier, "hash");
    if (!wanted.authority) {
        add_extension(made.get(), from, NID_ext_key_usage, wanted.client ? "clientAuth" : "serverAuth");
        if (!wanted.names.empty()) add_extension(made.get(), from, NID_subject_alt_name, wanted.names);
    }
    EXPECT_GT(X509_sign(made.get(), issuer == nullptr ? key.get() : issuer_key.get(), EVP_sha256()), 0);
    return {.certificate = pem_by([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); }),
            .key = pem_by([&](BIO* out) {
                return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

}  // namespace

TestAuthority::TestAuthority(const std::string& common_name)
    : own_(make({.common_name = common_name, .authority = true}, nullptr)) {}

TestAuthority::TestAuthority(const TestAuthority& parent, const std::string& common_name)
    : own_(make({.common_name = common_name, .authority = true}, &parent.own_)) {}

Issued TestAuthority::issue(const Wanted& wanted) const { return make(wanted, &own_); }

Issued self_signed(const Wanted& wanted) { return make(wanted, nullptr); }

}  // namespace cellwise::http::testing
