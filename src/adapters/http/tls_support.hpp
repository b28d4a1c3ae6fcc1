// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// OpenSSL's objects, owned, as both sides of TLS need them. Private to this folder.
namespace cellwise::http {

template <auto Free>
struct TlsDeleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using BioHandle = std::unique_ptr<BIO, TlsDeleter<BIO_free_all>>;
using CertificateHandle = std::unique_ptr<X509, TlsDeleter<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, TlsDeleter<EVP_PKEY_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, TlsDeleter<X509_STORE_free>>;

/// At least one; nothing when there is none or one cannot be read.
std::vector<CertificateHandle> read_certificates(std::string_view pem);

/// What OpenSSL says of its last failure in this thread; empties its queue.
std::string tls_reason();

/// TLS 1.2 and 1.3, no compression, no renegotiation.
void set_protocol_rules(SSL_CTX& context);

}  // namespace cellwise::http
