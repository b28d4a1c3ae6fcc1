// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace cellwise::http {

/// What is asked of the clients of a TLS listener. Optional: none need be shown, but one that is must be good.
enum class ClientCertificates { Off, Optional, Required };

/// All PEM, as read from files.
struct TlsMaterial {
    std::string certificate{};  ///< the server's own, then those that lead to its authority
    std::string key{};          ///< of the first certificate, in clear
    std::string client_ca{};    ///< who vouches for clients; needed unless `clients` is Off
    ClientCertificates clients = ClientCertificates::Off;
};

/// What a TLS listener shows its clients and asks of them. May be exchanged while it serves: handshakes that begin
/// later go by the new, connections go on by what they began with. Callable from any thread.
class TlsIdentity {
 public:
    /// Errors InvalidInput, with the member of the material as the field: "tls.certificate.malformed",
    /// "tls.key.malformed", "tls.key.encrypted", "tls.key.mismatch", "tls.client_ca.malformed",
    /// "tls.client_ca.missing".
    static Result<std::shared_ptr<TlsIdentity>> make(const TlsMaterial& material);

    /// The same errors; then what was there stays in force.
    Status exchange(const TlsMaterial& material);

    std::shared_ptr<boost::asio::ssl::context> context() const;

 private:
    explicit TlsIdentity(std::shared_ptr<boost::asio::ssl::context> context) : context_(std::move(context)) {}

    mutable std::mutex mutex_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace cellwise::http
