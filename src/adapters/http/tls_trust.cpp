// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tls_trust.hpp"

#include "adapters/http/server_verification.hpp"
#include "adapters/http/tls_support.hpp"

#include <boost/asio/ssl/context.hpp>

#include <utility>

namespace cellwise::http {
namespace {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> make_context(std::string_view ca) try {
    auto made = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX& context = *made->native_handle();
    set_protocol_rules(context);
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
    install_verification(context);
    // A machine without authorities of its own is no error: then those of `ca` and of the applications count.
    if (SSL_CTX_set_default_verify_paths(&context) != 1) tls_reason();
    if (ca.empty()) return made;
    const auto authorities = read_certificates(ca);
    if (authorities.empty()) return invalid("tls.ca.malformed", "ca", "must hold certificates in PEM");
    for (const auto& authority : authorities) {
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority.get()) != 1) {
            return invalid("tls.ca.malformed", "ca", "a certificate cannot be used: " + tls_reason());
        }
    }
    return made;
} catch (const boost::system::system_error& failure) {
    return internal_error("tls.failed", std::string("no TLS context: ") + failure.what());
}

}  // namespace

Result<std::shared_ptr<TlsTrust>> TlsTrust::make(std::string_view ca) {
    auto made = make_context(ca);
    if (!made) return made.error();
    return std::shared_ptr<TlsTrust>(new TlsTrust(std::move(*made)));
}

Status TlsTrust::exchange(std::string_view ca) {
    auto made = make_context(ca);
    if (!made) return made.error();
    const std::lock_guard lock(mutex_);
    context_.swap(*made);
    return {};
}

std::shared_ptr<ssl::context> TlsTrust::context() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

}  // namespace cellwise::http
