// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP as plain values, so that only one adapter knows the library underneath.
namespace cellwise::ports {

enum class HttpMethod { Get, Head, Post, Put, Patch, Delete, Other };
std::string_view to_string(HttpMethod method);

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;
/// Case-insensitive; the first of that name.
std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name);

struct HttpRequest {
    HttpMethod method = HttpMethod::Other;
    std::string path{};  ///< percent-decoded, without the query; starts with '/'
    std::vector<std::pair<std::string, std::string>> query{};  ///< percent-decoded, in order
    HttpHeaders headers{};
    std::string body{};  ///< empty when a BodySink took it
    std::string peer{};  ///< the client's address, for logs
    bool over_tls = false;
    std::string client_subject{};  ///< of the client's certificate, which was verified (RFC 4514); empty: none

    std::optional<std::string_view> header(std::string_view name) const { return find_header(headers, name); }
    std::optional<std::string_view> query_value(std::string_view name) const;
};

/// A body that is made while it is sent: one that never ends, or that nobody should hold in memory. The server asks
/// for a piece when the client has taken the one before, on an HTTP thread, never twice at once; and it lets go of
/// the stream when the body is over, when the client has gone, or when it stops.
class BodyStream {
 public:
    enum class Next {
        Piece,    ///< something was appended
        Nothing,  ///< not now: `ready` says when to ask again
        End,      ///< the body is whole
        Broken    ///< it can not be made whole: the connection is closed, so that the client sees it
    };

    virtual ~BodyStream() = default;
    /// Bytes in all, where that is known beforehand. Without it HTTP/1.1 sends the body in chunks.
    virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
    /// Once, before the first next(). `ready` may be called from any thread, as often as one likes, also when the
    /// server has let go of the stream.
    virtual void begin(std::function<void()> ready) = 0;
    /// Appends a piece of at most some 64 KiB. What has nothing to say for now ends when the server stops.
    virtual Next next(std::string& out) = 0;
};

/// A body that lies in memory already and is sent from there, uncopied. The server lets go of it when the last byte
/// is handed to the network, when the client has gone or is too slow, or when it stops.
class BodyBytes {
 public:
    virtual ~BodyBytes() = default;
    /// The same at every call.
    virtual ByteView bytes() const = 0;
    /// So many of them have been handed to the network. On an HTTP thread, never twice at once.
    virtual void on_sent(std::uint64_t count) = 0;
};

struct HttpResponse {
    int status = 200;
    HttpHeaders headers{};  ///< Content-Length is the server's
    std::string body{};
    std::shared_ptr<BodyStream> stream{};  ///< instead of the body
    std::shared_ptr<BodyBytes> bytes{};    ///< instead of both
    // Not sent; for those who keep account of calls.
    std::string error_code{};           ///< of the error that it tells, if it tells one
    std::optional<std::string> kept{};  ///< what may be stored of the body, where the body holds a secret
};

/// Takes a body too large for memory, piece by piece, on an HTTP thread.
class BodySink {
 public:
    virtual ~BodySink() = default;
    /// An error ends the request: it becomes the answer by way of HttpHandler::refuse.
    virtual Status write(ByteView piece) = 0;
};

/// Sends the answer of one request, once, from any thread. Later calls are ignored, also when the client has gone.
using Respond = std::function<void(HttpResponse)>;

/// One face of the daemon. All calls come on HTTP threads, several at once.
class HttpHandler {
 public:
    virtual ~HttpHandler() = default;
    /// After the header, before the body: nothing means "into request.body, up to the server's limit for bodies in
    /// memory"; a sink means "there". An error is the answer, and the connection closes.
    virtual Result<std::shared_ptr<BodySink>> open_body(const HttpRequest& head) = 0;
    /// `sink` is what open_body gave. May answer now or later.
    virtual void handle(HttpRequest request, std::shared_ptr<BodySink> sink, Respond respond) = 0;
    /// The answer to an error that the server itself found (too large, malformed, timed out), in this face's shape.
    virtual HttpResponse refuse(const HttpRequest& head, const Error& error) = 0;
};

/// Sends a request somewhere. Callable from any thread; `done` runs on the client's own thread.
class HttpClient {
 public:
    struct Outgoing {
        std::string url;  ///< http(s)://host:port/path
        std::string body;
        std::string content_type;
        Duration timeout{15'000};  ///< over all, from resolving to the last byte
        /// PEM of authorities that may vouch for the server besides those that the client trusts anyway.
        std::string callback_ca{};
    };
    using Done = std::function<void(Result<int>)>;  ///< the status; errors "http.*" say what failed

    virtual ~HttpClient() = default;
    virtual void post(Outgoing request, Done done) = 0;
};

}  // namespace cellwise::ports
