// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

/// OpenSSL's objects, owned. For the .cpp files of this folder only.
namespace cellwise::crypto {

template <auto Free>
struct OpenSslDeleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using BioHandle = std::unique_ptr<BIO, OpenSslDeleter<BIO_free_all>>;
using CertificateHandle = std::unique_ptr<X509, OpenSslDeleter<X509_free>>;
using DigestHandle = std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<EVP_MD_CTX_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpenSslDeleter<X509_EXTENSION_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpenSslDeleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpenSslDeleter<EVP_PKEY_CTX_free>>;
using NumberHandle = std::unique_ptr<BIGNUM, OpenSslDeleter<BN_free>>;
using Pkcs8Handle = std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpenSslDeleter<PKCS8_PRIV_KEY_INFO_free>>;
using EncryptedPkcs8Handle = std::unique_ptr<X509_SIG, OpenSslDeleter<X509_SIG_free>>;

/// What was written to a memory BIO.
std::string contents_of(BIO& memory);
/// What OpenSSL says of its last failure in this thread; empties its queue.
std::string openssl_reason();
/// Internal "crypto.failed": a call that cannot fail by input did.
Error openssl_failure(const char* what);

}  // namespace cellwise::crypto
