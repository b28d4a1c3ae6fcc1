// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/raw_server.hpp"
#include "tests/adapters/http/test_authority.hpp"

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cellwise::http::testing {

/// The other sides of TLS connections, by OpenSSL's blocking calls: written apart from what they test.

struct TlsClientOptions {
    std::string ca{};      ///< PEM; empty: any server will do
    Issued certificate{};  ///< what the client shows; empty: nothing
    int least = TLS1_2_VERSION;
    int most = TLS1_3_VERSION;
    std::string ciphers{};   ///< of TLS 1.2; empty: OpenSSL's own
    std::string protocol{};  ///< offered by ALPN; empty: none
};

/// RawClient, whose bytes go through TLS.
class TlsClient final : public RawClient {
 public:
    explicit TlsClient(std::uint16_t port, const TlsClientOptions& options = {});

    /// Did the handshake end well, as seen from here? With TLS 1.3 a server may still refuse our certificate.
    bool connected() const { return connected_; }
    std::string version() const { return SSL_get_version(ssl_.get()); }
    std::string cipher() const { return SSL_get_cipher_name(ssl_.get()); }
    std::string protocol() const;
    /// Of the certificate that the server shows.
    std::string server_name() const;
    /// Has the server said that it ends (close_notify), rather than just closed?
    bool was_told_of_the_end() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
    bool renegotiate();
    void say_goodbye();

    bool send(std::string_view bytes) override;

 protected:
    std::ptrdiff_t receive(char* room, std::size_t size) override;

 private:
    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> ssl_;
    bool connected_ = false;
};

struct TlsServerOptions {
    Issued identity{};
    int most = TLS1_3_VERSION;
    bool say_goodbye = true;  ///< close_notify at the end
};

/// A script for RawServer: shakes hands, reads a request, answers. `names` gets what clients asked for by SNI.
RawServer::Script answering_by_tls(const TlsServerOptions& options, std::string response,
                                   std::shared_ptr<std::string> asked_for = nullptr);

}  // namespace cellwise::http::testing
