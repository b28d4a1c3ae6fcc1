// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/download/device_allowance.hpp"
#include "adapters/download/transfer.hpp"

#include "cellwise/ports/downloads.hpp"
#include "cellwise/ports/http.hpp"
#include "cellwise/ports/metrics.hpp"

#include <cstddef>

namespace cellwise::download {

/// The face that devices download from: one path, GET and HEAD. What it answers is made for device SDKs, which read
/// headers by searching for texts: docs/downloads.md.
class DownloadHandler final : public ports::HttpHandler {
 public:
    /// All outlive the handler and its server.
    struct Needs {
        ports::DownloadGate& gate;
        Transfer::Witness witness;
        ports::Metrics& metrics;
    };

    DownloadHandler(const Needs& needs, const DeviceAllowance::Limits& limits);

    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override;
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override;
    ports::HttpResponse refuse(const ports::HttpRequest& head, const Error& error) override;

 private:
    /// `transfer` is what the answer's bytes are, if they are a file's.
    ports::HttpResponse answer(const ports::HttpRequest& request, std::shared_ptr<Transfer>& transfer);
    ports::HttpResponse serve(const ports::HttpRequest& request, ports::Download download,
                              std::shared_ptr<Transfer>& transfer);

    Needs needs_;
    DeviceAllowance allowance_;
    ports::Counter& served_;
    ports::Counter& refused_;
};

}  // namespace cellwise::download
