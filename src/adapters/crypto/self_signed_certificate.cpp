// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/self_signed_certificate.hpp"

#include "adapters/crypto/openssl_handles.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>

namespace cellwise::crypto {
namespace {

constexpr auto kLifetime = std::chrono::days{3650};
constexpr std::size_t kLongestCommonName = 64;

bool set_serial(X509& certificate) {
    // 127 random bits: positive, and of at most 20 octets (RFC 5280, 4.1.2.2).
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
    bytes[0] &= 0x7FU;
    const NumberHandle number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_validity(X509& certificate, Timestamp now) {
    const auto seconds = [](Timestamp at) {
        return static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
    };
    return ASN1_TIME_set(X509_getm_notBefore(&certificate), seconds(now - std::chrono::days{1})) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(&certificate), seconds(now + kLifetime)) != nullptr;
}

bool set_name(X509& certificate, const std::string& common_name) {
    const auto text = common_name.substr(0, kLongestCommonName);
    X509_NAME* name = X509_get_subject_name(&certificate);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1 &&
           X509_set_issuer_name(&certificate, name) == 1;
}

std::string alternative_names(const ServerNames& names) {
    std::string text;
    for (const auto& name : names.dns) text.append(text.empty() ? "" : ",").append("DNS:").append(name);
    for (const auto& each : names.addresses) text.append(text.empty() ? "" : ",").append("IP:").append(each);
    return text;
}

bool add_extension(X509& certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool add_extensions(X509& certificate, const ServerNames& names) {
    return add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, NID_authority_key_identifier, "keyid") &&
           add_extension(certificate, NID_subject_alt_name, alternative_names(names));
}

}  // namespace

Result<ServerIdentity> make_self_signed(const ServerNames& names, Timestamp now) {
    const KeyHandle key(EVP_EC_gen("prime256v1"));
    const CertificateHandle certificate(X509_new());
    if (!key || !certificate) return openssl_failure("making a key");
    const bool made = X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_serial(*certificate) &&
                      set_validity(*certificate, now) && set_name(*certificate, names.common_name) &&
                      X509_set_pubkey(certificate.get(), key.get()) == 1 && add_extensions(*certificate, names) &&
                      X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0;
    if (!made) return openssl_failure("making a certificate");
    const BioHandle certificate_out(BIO_new(BIO_s_mem()));
    const BioHandle key_out(BIO_new(BIO_s_mem()));
    if (!certificate_out || !key_out || PEM_write_bio_X509(certificate_out.get(), certificate.get()) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return openssl_failure("writing a certificate");
    }
    return ServerIdentity{.certificate_pem = contents_of(*certificate_out), .key_pem = contents_of(*key_out)};
}

}  // namespace cellwise::crypto
