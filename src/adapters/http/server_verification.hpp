// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/tls_support.hpp"

#include <string>

/// How a client judges the certificate that a server shows.
namespace cellwise::http {

/// Lets handshakes of `context` be judged with the authorities that expect_server gave them.
void install_verification(SSL_CTX& context);

/// Before the handshake: says to the server whom we want to speak with (SNI), and asks that its certificate be that
/// name's or address's, and vouched for by an authority of the context's or by one of `own_authorities`, which
/// outlives the handshake; none: null.
bool expect_server(SSL& ssl, const std::string& host, bool is_address, X509_STORE* own_authorities);

}  // namespace cellwise::http
