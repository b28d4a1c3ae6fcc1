// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tls_support.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace cellwise::http {

std::vector<CertificateHandle> read_certificates(std::string_view pem) {
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<CertificateHandle> found;
    while (in) {
        CertificateHandle certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;
        found.push_back(std::move(certificate));
    }
    // The end of the text is one reason to stop; any other is a block that cannot be read.
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_GET_LIB(code) != ERR_LIB_PEM || ERR_GET_REASON(code) != PEM_R_NO_START_LINE) found.clear();
    return found;
}

std::string tls_reason() {
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "no reason given" : reason;
}

void set_protocol_rules(SSL_CTX& context) {
    SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
    SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

}  // namespace cellwise::http
