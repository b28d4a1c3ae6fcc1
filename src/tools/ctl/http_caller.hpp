// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cellwise::ctl {

/// One HTTP request. The body is `body`, or what `stream` holds, which is never read into memory as a whole.
struct HttpCall {
    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    std::istream* stream = nullptr;
    std::uint64_t stream_size = 0;

    /// For an answer without an end: each piece of a good one as it comes. Both end it, without an error, by false;
    /// `goes_on` is asked once a second or so.
    struct Watch {
        std::function<bool(std::string_view piece)> take{};
        std::function<bool()> goes_on{};
    };
    Watch watch{};
};

struct HttpAnswer {
    int status = 0;
    std::string content_type{};
    std::string body{};
};

/// An HTTP client for one server (libcurl, which no other file knows). Follows no redirects, since a token must go
/// nowhere else, and keeps its connection. One thread.
class HttpCaller {
 public:
    struct Trust {
        std::string ca{};           ///< a PEM file instead of the system's authorities
        std::string certificate{};  ///< our own, where a server wants one
        std::string key{};
    };
    explicit HttpCaller(Trust trust);
    HttpCaller(const HttpCaller&) = delete;
    HttpCaller& operator=(const HttpCaller&) = delete;
    ~HttpCaller();

    /// Whatever was answered, of any status. Errors, all Unavailable: "reach.refused" "reach.name" "reach.timeout"
    /// "reach.broken_off" "reach.failed"; "tls.unknown", whose value is the SHA-256 of the certificate that was
    /// shown, "tls.name" "tls.own_certificate" "tls.failed"; "tls.file" for a file of ours that is none
    /// (InvalidInput).
    Result<HttpAnswer> call(const HttpCall& request);

    static constexpr std::size_t kMostAnswered = 64 << 20;

 private:
    struct Handle;
    Trust trust_;
    std::unique_ptr<Handle> handle_;
};

}  // namespace cellwise::ctl
