// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/http/tls_peers.hpp"

#include "adapters/http/tls_support.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <csignal>
#include <utility>

namespace cellwise::http::testing {
namespace {

// OpenSSL writes to sockets with write(), which a peer that has left answers with a signal.
const auto kFormerHandler = std::signal(SIGPIPE, SIG_IGN);

void use(SSL_CTX* context, const Issued& identity) {
    const auto chain = read_certificates(identity.certificate);
    ASSERT_FALSE(chain.empty());
    ASSERT_EQ(SSL_CTX_use_certificate(context, chain.front().get()), 1);
    for (std::size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(context, chain[i].get());
    const BioHandle in(BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size())));
    const KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    ASSERT_EQ(SSL_CTX_use_PrivateKey(context, key.get()), 1);
}

}  // namespace

TlsClient::TlsClient(std::uint16_t port, const TlsClientOptions& options)
    : RawClient(port), context_(SSL_CTX_new(TLS_client_method())) {
    auto* context = context_.get();
    SSL_CTX_set_security_level(context, 0);  // old versions must fail at the server, not here
    SSL_CTX_set_min_proto_version(context, options.least);
    SSL_CTX_set_max_proto_version(context, options.most);
    if (!options.ciphers.empty()) {
        EXPECT_EQ(SSL_CTX_set_cipher_list(context, options.ciphers.c_str()), 1);
    }
    if (!options.certificate.certificate.empty()) use(context, options.certificate);
    if (!options.ca.empty()) {
        for (const auto& each : read_certificates(options.ca)) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get());
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    }
    ssl_.reset(SSL_new(context));
    if (!options.ca.empty()) SSL_set1_host(ssl_.get(), "localhost");
    if (!options.protocol.empty()) {
        const auto list = static_cast<char>(options.protocol.size()) + options.protocol;
        SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned>(list.size()));
    }
    SSL_set_fd(ssl_.get(), socket());
    connected_ = SSL_connect(ssl_.get()) == 1;
    tls_reason();
}

std::string TlsClient::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TlsClient::server_name() const {
    const CertificateHandle certificate(SSL_get1_peer_certificate(ssl_.get()));
    if (!certificate) return {};
    char name[256] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    return name;
}

bool TlsClient::renegotiate() {
    const bool done = SSL_renegotiate(ssl_.get()) == 1 && SSL_do_handshake(ssl_.get()) == 1;
    tls_reason();
    return done;
}

void TlsClient::say_goodbye() { SSL_shutdown(ssl_.get()); }

bool TlsClient::send(std::string_view bytes) {
    const bool sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
    tls_reason();
    return sent;
}

std::ptrdiff_t TlsClient::receive(char* room, std::size_t size) {
    const int count = SSL_read(ssl_.get(), room, static_cast<int>(size));
    tls_reason();
    return count;
}

RawServer::Script answering_by_tls(const TlsServerOptions& options, std::string response,
                                   std::shared_ptr<std::string> asked_for) {
    return [options, response = std::move(response), asked_for](int socket) {
        const std::unique_ptr<SSL_CTX, TlsDeleter<SSL_CTX_free>> context(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_min_proto_version(context.get(), 0);
        SSL_CTX_set_max_proto_version(context.get(), options.most);
        use(context.get(), options.identity);
        const std::unique_ptr<SSL, TlsDeleter<SSL_free>> ssl(SSL_new(context.get()));
        SSL_set_fd(ssl.get(), socket);
        if (SSL_accept(ssl.get()) == 1) {
            const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
            if (asked_for) *asked_for = name == nullptr ? "" : name;
            char piece[4096];
            std::string request;
            while (request.find("\r\n\r\n") == std::string::npos) {
                const int count = SSL_read(ssl.get(), piece, sizeof piece);
                if (count <= 0) break;
                request.append(piece, static_cast<std::size_t>(count));
            }
            SSL_write(ssl.get(), response.data(), static_cast<int>(response.size()));
            if (options.say_goodbye) SSL_shutdown(ssl.get());
        }
        tls_reason();
    };
}

}  // namespace cellwise::http::testing
