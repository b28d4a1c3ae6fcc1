// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/asio_types.hpp"
#include "adapters/http/url.hpp"

#include "cellwise/base/result.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <tuple>

namespace cellwise::http {

class TlsTrust;

/// What a request of ours goes over once its TCP connection stands: that alone, or TLS on it. Belongs to the strand
/// of the socket, which outlives it; a socket that is closed ends what is awaited.
class Wire {
 public:
    using Outcome = std::tuple<boost::system::error_code, std::size_t>;

    virtual ~Wire() = default;
    /// Before anything else. Errors: Unavailable "http.tls.handshake", "http.tls.certificate".
    virtual Task<Status> open() = 0;
    /// All of it.
    virtual Task<Outcome> write(asio::const_buffer bytes) = 0;
    /// Some; asio::error::eof at an end that the other side meant.
    virtual Task<Outcome> read_some(asio::mutable_buffer room) = 0;
};

std::unique_ptr<Wire> make_plain_wire(Socket& socket);
/// `callback_ca` is PEM or empty.
std::unique_ptr<Wire> make_tls_wire(Socket& socket, const TlsTrust& trust, const Url& url,
                                    const std::string& callback_ca);

}  // namespace cellwise::http
