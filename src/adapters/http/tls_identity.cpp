// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tls_identity.hpp"

#include "adapters/http/tls_support.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace cellwise::http {
namespace {

namespace ssl = boost::asio::ssl;
using Context = std::shared_ptr<ssl::context>;

/// Forward secrecy always. The CBC suites, last, are for application servers of the time of Java 7, which know
/// TLS 1.2 but no GCM.
constexpr auto kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES256+SHA384:ECDHE+AES128+SHA256";

Error wrong(std::string_view field, std::string_view rule, std::string message) {
    return invalid("tls." + std::string(field) + "." + std::string(rule), std::string(field), std::move(message));
}

/// OpenSSL would ask for the passphrase at the terminal.
int give_no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Status use_certificate(SSL_CTX& context, const std::string& pem) {
    const auto chain = read_certificates(pem);
    if (chain.empty()) return wrong("certificate", "malformed", "must hold certificates in PEM (BEGIN CERTIFICATE)");
    if (SSL_CTX_use_certificate(&context, chain.front().get()) != 1) {
        return wrong("certificate", "malformed", "the certificate cannot be used: " + tls_reason());
    }
    for (auto link = chain.begin() + 1; link != chain.end(); ++link) {
        if (SSL_CTX_add1_chain_cert(&context, link->get()) != 1) {
            return wrong("certificate", "malformed", "a certificate of the chain cannot be used: " + tls_reason());
        }
    }
    return {};
}

Status use_key(SSL_CTX& context, const std::string& pem) {
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    bool asked = false;
    const KeyHandle key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, &give_no_passphrase, &asked) : nullptr);
    ERR_clear_error();
    if (asked)
        return wrong("key", "encrypted", "the private key is encrypted; it must be in clear, and its file 0600");
    if (!key) return wrong("key", "malformed", "must hold a private key in PEM (BEGIN PRIVATE KEY)");
    const X509* certificate = SSL_CTX_get0_certificate(&context);
    if (certificate == nullptr || X509_check_private_key(certificate, key.get()) != 1) {
        ERR_clear_error();
        return wrong("key", "mismatch", "the private key is not that of the certificate");
    }
    if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1) {
        return wrong("key", "malformed", "the private key cannot be used: " + tls_reason());
    }
    return {};
}

Status use_client_ca(SSL_CTX& context, const TlsMaterial& material) {
    if (material.clients == ClientCertificates::Off) return {};
    if (material.client_ca.empty()) {
        return wrong("client_ca", "missing", "is needed to check the certificates of clients");
    }
    const auto authorities = read_certificates(material.client_ca);
    if (authorities.empty()) {
        return wrong("client_ca", "malformed", "must hold certificates in PEM (BEGIN CERTIFICATE)");
    }
    for (const auto& authority : authorities) {
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority.get()) != 1 ||
            SSL_CTX_add_client_CA(&context, authority.get()) != 1) {
            return wrong("client_ca", "malformed", "a certificate cannot be used: " + tls_reason());
        }
    }
    const bool required = material.clients == ClientCertificates::Required;
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    // A resumed session would go by a certificate that may have expired meanwhile: every connection proves its own.
    SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(&context, 0);
    return {};
}

/// RFC 7301, 3.2: a client that offers protocols without ours among them is refused.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
    std::string_view rest(reinterpret_cast<const char*>(offered), offered_size);
    while (!rest.empty()) {
        const auto length = std::min<std::size_t>(static_cast<unsigned char>(rest.front()), rest.size() - 1);
        const auto name = rest.substr(1, length);
        if (name == "http/1.1" || name == "http/1.0") {
            *chosen = reinterpret_cast<const unsigned char*>(name.data());
            *size = static_cast<unsigned char>(name.size());
            return SSL_TLSEXT_ERR_OK;
        }
        rest.remove_prefix(1 + length);
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<Context> make_context(const TlsMaterial& material) try {
    auto made = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX& context = *made->native_handle();
    set_protocol_rules(context);
    SSL_CTX_set_options(&context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Sessions are kept by the clients, as tickets; we would only fill memory with them.
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(&context, &choose_protocol, nullptr);
    if (SSL_CTX_set_cipher_list(&context, kCiphers) != 1) {
        return internal_error("tls.failed", "OpenSSL knows none of our ciphers: " + tls_reason());
    }
    if (auto used = use_certificate(context, material.certificate); !used) return used.error();
    if (auto used = use_key(context, material.key); !used) return used.error();
    if (auto used = use_client_ca(context, material); !used) return used.error();
    return made;
} catch (const boost::system::system_error& failure) {
    return internal_error("tls.failed", std::string("no TLS context: ") + failure.what());
}

}  // namespace

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::make(const TlsMaterial& material) {
    auto made = make_context(material);
    if (!made) return made.error();
    return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::move(*made)));
}

Status TlsIdentity::exchange(const TlsMaterial& material) {
    auto made = make_context(material);
    if (!made) return made.error();
    const std::lock_guard lock(mutex_);
    context_.swap(*made);
    return {};
}

std::shared_ptr<ssl::context> TlsIdentity::context() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

}  // namespace cellwise::http
