// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/download/download_handler.hpp"
#include "adapters/http/http_server.hpp"
#include "app/download_service.hpp"
#include "daemon/config.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace cellwise::daemon {

/// The engine that hears of transfers is made after the server that tells: this closes the ring. Before set() nothing
/// is told, and nothing leaves.
class LateTransferEvents final : public ports::TransferEvents {
 public:
    void set(ports::TransferEvents& events) { events_ = &events; }
    void on_transfer_started(const DeviceId& device, const JobId& job, std::function<void()> noted) override {
        if (events_ != nullptr) events_->on_transfer_started(device, job, std::move(noted));
    }
    void on_transfer_progress(const DeviceId& device, const JobId& job, std::uint64_t bytes) override {
        if (events_ != nullptr) events_->on_transfer_progress(device, job, bytes);
    }
    void on_transfer_ended(const DeviceId& device, const JobId& job, bool whole) override {
        if (events_ != nullptr) events_->on_transfer_ended(device, job, whole);
    }

 private:
    ports::TransferEvents* events_ = nullptr;
};

/// The download server: who may download, the face, and an HTTP server of its own, whose threads stand back behind
/// the loop's, so that no number of downloads holds up the answers to NB-IoT devices.
class DownloadParts {
 public:
    /// All outlive the parts.
    struct Needs {
        app::DownloadService::Needs service;
        ports::Executor& loop;
        ports::Clock& steady;
        ports::Metrics& metrics;
    };

    DownloadParts(const Needs& needs, const Config& config);

    app::DownloadService& service() { return service_; }
    void tell(ports::TransferEvents& events) { events_.set(events); }

    /// Binds and serves, unless download.listen is off. `identity` is needed with TLS; `taken`: connections that the
    /// other listeners may have. Errors begin with the key.
    Status open(const Config& config, std::shared_ptr<http::TlsIdentity> identity, const std::string& machine,
                std::size_t taken);
    /// 0 while nothing listens.
    std::uint16_t port() const;
    /// See HttpServer::stop.
    void stop();

 private:
    LateTransferEvents events_{};
    ports::Clock& clock_;
    app::DownloadService service_;
    download::DownloadHandler handler_;
    std::optional<http::HttpServer> server_{};
};

}  // namespace cellwise::daemon
