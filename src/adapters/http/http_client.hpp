// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/address_policy.hpp"
#include "adapters/http/name_resolver.hpp"

#include "cellwise/ports/http.hpp"

#include <cstddef>
#include <memory>
#include <thread>

namespace cellwise::http {

class TlsTrust;

/// Posts to the URLs that applications name, on a thread of its own. Follows no redirects, keeps no connections, and
/// connects only where the address policy lets it, judged on the very address that is connected to, each time. To
/// https:// by TLS 1.2 or 1.3, and only to a server whose certificate is the host's and vouched for by an authority
/// that is trusted.
///
/// Errors: InvalidInput "http.url.malformed"; Forbidden "http.address.refused"; TooMany "http.queue.full";
/// Unavailable "http.resolve.failed" "http.connect.failed" "http.send.failed" "http.response.malformed"
/// "http.response.incomplete" "http.timeout" "http.stopped" "http.tls.handshake" "http.tls.certificate".
class HttpClient final : public ports::HttpClient {
 public:
    struct Options {
        AddressPolicy policy{};
        std::size_t max_in_flight = 64;
        std::size_t max_queued = 1024;
        std::size_t max_response_body = 64 * 1024;  ///< more is not read; the status counts all the same
        NameResolver::Lookup lookup = resolve_by_system;
        std::shared_ptr<TlsTrust> trust{};  ///< without it, the system's authorities
    };

    explicit HttpClient(Options options);
    ~HttpClient() override;

    /// Never calls `done` inside the call.
    void post(Outgoing request, Done done) override;

    /// Ends what is under way with "http.stopped" and returns when `done` was called for all of it. Not on the
    /// client's own thread. What is posted later is dropped together with its `done`.
    void stop();

 private:
    class Engine;
    std::unique_ptr<Engine> engine_;
    std::jthread thread_;
};

}  // namespace cellwise::http
