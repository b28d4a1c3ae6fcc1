// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/download_handler.hpp"

#include "adapters/download/attachment_name.hpp"
#include "adapters/download/byte_range.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"
#include "cellwise/ports/http_routing.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace cellwise::download {
namespace {

using ports::HttpMethod;
using ports::HttpRequest;
using ports::HttpResponse;
using Kind = ByteRange::Kind;

constexpr std::string_view kPattern =
    "/iodm/dev/v2.0/upgradefile/applications/{appId}/devices/{deviceId}/packages/{fileId}";

int status_of(const Error& error) {
    if (error.code == "download.stopped") return 410;
    switch (error.kind) {
        case ErrorKind::InvalidInput:
            return 400;
        case ErrorKind::Unauthenticated:
            return 401;
        case ErrorKind::Forbidden:
            return 403;
        case ErrorKind::NotFound:
            return 404;
        case ErrorKind::TooLarge:
            return 413;
        case ErrorKind::TooMany:
            return 429;
        case ErrorKind::Unavailable:
            return 503;
        default:
            return 500;
    }
}

/// Small, and for people: devices go by the status.
HttpResponse refusal(const Error& error) {
    HttpResponse response{.status = status_of(error)};
    response.headers.emplace_back("Content-Type", "text/plain");
    if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    // What is ours to mend is for the log.
    response.body = response.status == 500 ? "internal error\n" : error.code + ": " + error.message + "\n";
    response.error_code = error.code;
    return response;
}

HttpResponse refusal_of(const ports::Download& download, const DeviceAllowance::Refusal& refused) {
    if (refused.is_news) {
        log::warning("a device downloads more than it may",
                     {{"device", download.device.str()}, {"job", download.job.str()}, {"code", refused.error.code}});
    }
    auto response = refusal(refused.error);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(refused.retry_after);
    response.headers.emplace_back("Retry-After", std::to_string(seconds.count()));
    return response;
}

HttpResponse wrong_method() {
    auto response = refusal(invalid("download.method", {}, "only GET and HEAD are served here"));
    response.status = 405;
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
}

HttpResponse no_such_range(std::string content_range) {
    auto response = refusal(invalid("download.range", {}, "no byte of the file is in the range"));
    response.status = 416;
    response.headers.emplace_back("Content-Range", std::move(content_range));
    return response;
}

/// What a HEAD tells the length of.
class Unsent final : public ports::BodyBytes {
 public:
    explicit Unsent(std::shared_ptr<const ports::PayloadView> payload) : payload_(std::move(payload)) {}
    ByteView bytes() const override { return payload_->bytes(); }
    void on_sent(std::uint64_t) override {}

 private:
    std::shared_ptr<const ports::PayloadView> payload_;
};

/// Only a GET has ranges (RFC 9110, 14.2), and of the file that the device got its first part of (13.1.5).
std::optional<std::string_view> range_field(const HttpRequest& request, const std::string& etag) {
    const auto unchanged = request.header("If-Range");
    if (request.method != HttpMethod::Get || (unchanged && *unchanged != etag)) return std::nullopt;
    return request.header("Range");
}

}  // namespace

DownloadHandler::DownloadHandler(const Needs& needs, const DeviceAllowance::Limits& limits)
    : needs_(needs),
      allowance_(needs.witness.clock, limits),
      served_(needs.metrics.counter("cellwise_downloads_total", "Requests of devices that were given a file", {})),
      refused_(
          needs.metrics.counter("cellwise_downloads_refused_total", "Requests to the download server without", {})) {}

Result<std::shared_ptr<ports::BodySink>> DownloadHandler::open_body(const HttpRequest&) {
    return std::shared_ptr<ports::BodySink>{};
}

void DownloadHandler::handle(HttpRequest request, std::shared_ptr<ports::BodySink>, ports::Respond respond) {
    std::shared_ptr<Transfer> transfer;
    auto response = answer(request, transfer);
    (response.status < 300 ? served_ : refused_).add(1);
    if (response.status >= 300) {
        log::debug("download refused", {{"status", response.status},
                                        {"code", response.error_code},
                                        {"peer", request.peer},
                                        {"path", printable(std::string_view(request.path).substr(0, 200))}});
    }
    if (!transfer) return respond(std::move(response));
    auto held = std::make_shared<HttpResponse>(std::move(response));
    transfer->begin([held, respond = std::move(respond)] { respond(std::move(*held)); });
}

HttpResponse DownloadHandler::refuse(const HttpRequest&, const Error& error) { return refusal(error); }

HttpResponse DownloadHandler::answer(const HttpRequest& request, std::shared_ptr<Transfer>& transfer) {
    const auto ids = ports::match_path(kPattern, request.path);
    if (!ids) return refusal(not_found("download.path", "there is nothing at this path"));
    if (request.method != HttpMethod::Get && request.method != HttpMethod::Head) return wrong_method();
    auto download = needs_.gate.open(
        {.app = (*ids)[0], .device = (*ids)[1], .package = (*ids)[2], .token = ports::bearer_token(request.headers)});
    if (!download) return refusal(download.error());
    if (const auto refused = allowance_.admit(download->device)) return refusal_of(*download, *refused);
    return serve(request, std::move(*download), transfer);
}

HttpResponse DownloadHandler::serve(const HttpRequest& request, ports::Download download,
                                    std::shared_ptr<Transfer>& transfer) {
    const auto size = download.payload->bytes().size();
    const auto from = download.ranges_from_one ? CountsFrom::One : CountsFrom::Zero;
    const auto etag = "\"" + download.sha256 + "\"";
    auto range = parse_range(range_field(request, etag), size, from);
    if (range.kind == Kind::None) return no_such_range(content_range(range, size, from));
    HttpResponse response;
    response.headers = {{"Content-Type", "application/octet-stream"},
                        {"Content-Disposition", "attachment;filename=" + attachment_name(download.file_name)},
                        {"Accept-Ranges", "bytes"},
                        {"ETag", etag},
                        {"Cache-Control", "no-store"}};
    if (range.kind == Kind::Whole) {
        range.count = size;
    } else {
        response.status = 206;
        response.headers.emplace_back("Content-Range", content_range(range, size, from));
    }
    if (request.method == HttpMethod::Head) {
        response.bytes = std::make_shared<Unsent>(std::move(download.payload));
        return response;
    }
    auto begun = allowance_.begin(download.device, range.count, size);
    if (const auto* refused = std::get_if<DeviceAllowance::Refusal>(&begun)) return refusal_of(download, *refused);
    transfer = std::make_shared<Transfer>(needs_.witness, std::move(download), range,
                                          std::get<std::unique_ptr<DeviceAllowance::Share>>(std::move(begun)));
    response.bytes = transfer;
    return response;
}

}  // namespace cellwise::download
