// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/http_session.hpp"
#include "adapters/http/tls_identity.hpp"
#include "adapters/http/tls_stream.hpp"
#include "adapters/http/tls_support.hpp"

namespace cellwise::http {

std::string TlsStream::client_subject() {
    SSL* ssl = stream_.native_handle();
    const CertificateHandle certificate(SSL_get1_peer_certificate(ssl));
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!certificate || !out || SSL_get_verify_result(ssl) != X509_V_OK) return {};
    if (X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253) < 0) return {};
    char* text = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

void start_tls_session(const std::shared_ptr<Core>& core, Socket socket) {
    Session<TlsStream>::start(core, TlsStream(std::move(socket), core->options.identity->context()));
}

}  // namespace cellwise::http
