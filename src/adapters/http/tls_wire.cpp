// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/cidr.hpp"
#include "adapters/http/server_verification.hpp"
#include "adapters/http/tls_trust.hpp"
#include "adapters/http/wire.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace cellwise::http {
namespace {

using boost::system::error_code;

Error unavailable(const char* code, std::string message, std::string value) {
    return Error{ErrorKind::Unavailable, code, std::move(message), "url", std::move(value)};
}

class TlsWire final : public Wire {
 public:
    TlsWire(Socket& socket, const TlsTrust& trust, const Url& url, const std::string& callback_ca)
        : context_(trust.context()), stream_(socket, *context_), host_(url.host) {
        if (callback_ca.empty()) return;
        own_authorities_.reset(X509_STORE_new());
        for (const auto& authority : read_certificates(callback_ca)) {
            X509_STORE_add_cert(own_authorities_.get(), authority.get());
        }
    }

    Task<Status> open() override {
        SSL& ssl = *stream_.native_handle();
        if (!expect_server(ssl, host_, IpAddress::parse(host_).has_value(), own_authorities_.get())) {
            co_return unavailable("http.tls.handshake", "the host cannot be asked for: " + tls_reason(), host_);
        }
        const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, kAwait);
        if (!error) co_return Status{};
        if (const auto verdict = SSL_get_verify_result(&ssl); verdict != X509_V_OK) {
            co_return unavailable(
                "http.tls.certificate",
                std::string("the server's certificate is refused: ") + X509_verify_cert_error_string(verdict), host_);
        }
        co_return unavailable("http.tls.handshake", "no TLS with the server: " + error.message(), host_);
    }

    Task<Outcome> write(asio::const_buffer bytes) override {
        co_return co_await asio::async_write(stream_, bytes, kAwait);
    }
    Task<Outcome> read_some(asio::mutable_buffer room) override {
        co_return co_await stream_.async_read_some(room, kAwait);
    }

 private:
    std::shared_ptr<asio::ssl::context> context_;
    StoreHandle own_authorities_;  // outlives the stream, which refers to it
    asio::ssl::stream<Socket&> stream_;
    std::string host_;
};

}  // namespace

std::unique_ptr<Wire> make_tls_wire(Socket& socket, const TlsTrust& trust, const Url& url,
                                    const std::string& callback_ca) {
    return std::make_unique<TlsWire>(socket, trust, url, callback_ca);
}

}  // namespace cellwise::http
