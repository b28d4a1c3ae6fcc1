// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/certificate_reader.hpp"

#include "adapters/crypto/openssl_handles.hpp"

#include "cellwise/base/bytes.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <ctime>
#include <optional>

namespace cellwise::crypto {
namespace {

using ports::CertificateInfo;

Error malformed_certificate(std::string rule) { return invalid("certificate.malformed", {}, std::move(rule)); }

std::string subject_of(const X509& certificate) {
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253) < 0) return {};
    return contents_of(*out);
}

std::string fingerprint_of(const X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    return to_hex(ByteView(digest.data(), size));
}

std::optional<Timestamp> expiry_of(const X509& certificate) {
    std::tm utc{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &utc) != 1) return std::nullopt;
    const auto date = std::chrono::year(utc.tm_year + 1900) / (utc.tm_mon + 1) / utc.tm_mday;
    return std::chrono::sys_days(date) + std::chrono::hours(utc.tm_hour) + std::chrono::minutes(utc.tm_min) +
           std::chrono::seconds(utc.tm_sec);
}

Result<CertificateInfo> info_of(const X509& certificate) {
    const auto expires_at = expiry_of(certificate);
    if (!expires_at) return malformed_certificate("a certificate's end of validity cannot be read");
    return CertificateInfo{
        .subject = subject_of(certificate), .fingerprint = fingerprint_of(certificate), .expires_at = *expires_at};
}

/// The PEM reader ends at the end of the text or at a block that it cannot read; only the first is well.
bool ended_well() {
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

}  // namespace

Result<std::vector<CertificateInfo>> PemCertificateReader::read(std::string_view pem) const {
    if (pem.size() > kMostBytes) return malformed_certificate("must have at most 65536 bytes");
    if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
        return invalid("certificate.private_key", {},
                       "must hold certificates only: keep the private key to yourself");
    }
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!in) return openssl_failure("BIO_new_mem_buf");
    std::vector<CertificateInfo> found;
    while (const CertificateHandle certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
        if (found.size() == kMostCertificates) {
            return invalid("certificate.too_many", {}, "must hold at most 16 certificates");
        }
        auto info = info_of(*certificate);
        if (!info) return info.error();
        found.push_back(std::move(*info));
    }
    if (!ended_well()) return malformed_certificate("a block BEGIN CERTIFICATE cannot be read");
    if (found.empty()) return malformed_certificate("must hold a certificate in PEM (BEGIN CERTIFICATE)");
    return found;
}

}  // namespace cellwise::crypto
