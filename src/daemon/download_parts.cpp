// SPDX-License-Identifier: Apache-2.0
#include "daemon/download_parts.hpp"

#include "daemon/connection_limit.hpp"
#include "daemon/download_url.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::daemon {
namespace {

using namespace std::chrono_literals;

/// A device goes on where it was cut, so its download is not waited for; the end of a small one is.
constexpr Duration kGrace = 500ms;
/// Behind the loop, ahead of what runs beside the daemon.
constexpr int kNiceness = 5;
/// Of a connection: enough for a fast one, and little beside a thousand of them.
constexpr std::size_t kMostUnsent = 128 * 1024;

http::HttpServer::Options options_of(const Config& config, std::shared_ptr<http::TlsIdentity> identity,
                                     std::size_t taken, const ports::Clock& clock) {
    http::HttpServer::Options options{.address = {},
                                      .identity = std::move(identity),
                                      .threads = config.download_threads,
                                      .niceness = kNiceness,
                                      .line_ends = http::LineEnds::AlsoLone,
                                      .most_unsent = kMostUnsent,
                                      .clock = &clock};
    auto& address = config.download_tls ? options.tls_address : options.address;
    auto& port = config.download_tls ? options.tls_port : options.port;
    address = config.download_listen.host;
    port = config.download_listen.port;
    options.limits.header_bytes = 8 * 1024;
    options.limits.body_bytes = 1024;  // nothing is sent here but requests without one
    options.limits.write_window = 60s;
    options.limits.max_connections =
        connection_limit(config.download_max_connections, "download.max_connections", taken);
    options.limits.max_per_peer = config.download_max_per_address;
    options.limits.min_rate = config.download_min_rate;
    return options;
}

}  // namespace

DownloadParts::DownloadParts(const Needs& needs, const Config& config)
    : clock_(needs.service.clock),
      service_(needs.service, {.public_url = {}, .token_lifetime = config.download_token_lifetime}),
      handler_({service_, {needs.loop, events_, needs.steady}, needs.metrics},
               {.at_once = config.download_max_per_device,
                .requests_a_minute = config.download_max_requests,
                .copies_a_day = config.download_max_copies}) {}

Status DownloadParts::open(const Config& config, std::shared_ptr<http::TlsIdentity> identity,
                           const std::string& machine, std::size_t taken) {
    if (config.download_listen.is_off()) {
        if (!config.mqtt_broker.empty()) {
            log::warning("MQTT devices cannot be upgraded: they have nowhere to download from",
                         {{"key", "download.listen"}});
        }
        return {};
    }
    server_.emplace(options_of(config, std::move(identity), taken, clock_), handler_);
    if (auto started = server_->start(); !started) {
        auto error = started.error();
        error.message = "download.listen: " + error.message;
        return error;
    }
    auto url = public_url_of(config, machine, port());
    if (!url) return url.error();
    log::info("devices download from", {{"url", *url}});
    service_.set_public_url(std::move(*url));
    return {};
}

std::uint16_t DownloadParts::port() const {
    if (!server_) return 0;
    return server_->tls_port() != 0 ? server_->tls_port() : server_->port();
}

void DownloadParts::stop() {
    if (server_) server_->stop(kGrace);
}

}  // namespace cellwise::daemon
