// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server_verification.hpp"

#include <openssl/x509v3.h>

#include <memory>

namespace cellwise::http {
namespace {

int own_authorities_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

/// Says only that these authorities do not know the certificate, not that anything is wrong with it.
bool means_unknown(int error) {
    switch (error) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return true;
        default:
            return false;
    }
}

/// The verdict of `store` on what the handshake's context is about, by the same rules.
int verdict_of(X509_STORE* store, X509_STORE_CTX* asked, const SSL& ssl) {
    const std::unique_ptr<X509_STORE_CTX, TlsDeleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store, X509_STORE_CTX_get0_cert(asked),
                                        X509_STORE_CTX_get0_untrusted(asked)) != 1) {
        return X509_V_ERR_OUT_OF_MEM;
    }
    auto* rules = X509_STORE_CTX_get0_param(context.get());
    X509_STORE_CTX_set_default(context.get(), "ssl_server");
    X509_VERIFY_PARAM_set1(rules, SSL_get0_param(const_cast<SSL*>(&ssl)));
    // Whomever the application names is the end of the chain, also an authority between.
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

/// A store of all authorities together would have to be made for each push, and the system's are over a hundred.
int verify(X509_STORE_CTX* asked, void*) {
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(asked, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* own = static_cast<X509_STORE*>(SSL_get_ex_data(ssl, own_authorities_slot()));
    if (own == nullptr) return X509_verify_cert(asked);
    const int error = verdict_of(own, asked, *ssl);
    if (means_unknown(error)) return X509_verify_cert(asked);
    X509_STORE_CTX_set_error(asked, error);
    return error == X509_V_OK ? 1 : 0;
}

/// SSL_set_tlsext_host_name, whose macro casts as C does.
bool ask_for(SSL& ssl, const std::string& host) {
    return SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str())) ==
           1;
}

}  // namespace

void install_verification(SSL_CTX& context) {
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(&context, &verify, nullptr);
}

bool expect_server(SSL& ssl, const std::string& host, bool is_address, X509_STORE* own_authorities) {
    X509_VERIFY_PARAM* rules = SSL_get0_param(&ssl);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool named = is_address ? X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1
                                  : SSL_set1_host(&ssl, host.c_str()) == 1 && ask_for(ssl, host);
    return named && SSL_set_ex_data(&ssl, own_authorities_slot(), own_authorities) == 1;
}

}  // namespace cellwise::http
