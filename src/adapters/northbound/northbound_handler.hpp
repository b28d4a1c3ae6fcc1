// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/routes.hpp"
#include "adapters/northbound/services.hpp"

#include "cellwise/ports/http.hpp"

namespace cellwise::northbound {

/// The application servers' face: /iocm and /iodm, as the vendor's platform has them. What goes wrong is answered as
/// {"error_code", "error_desc"}.
class NorthboundHandler final : public ports::HttpHandler {
 public:
    explicit NorthboundHandler(Services services) : services_(services) {}

    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override;
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override;
    ports::HttpResponse refuse(const ports::HttpRequest& head, const Error& error) override;

 private:
    /// The empty id where the route lets anyone in.
    Result<AppId> authenticate(const ports::HttpRequest& head, Admission admission) const;

    Services services_;
};

}  // namespace cellwise::northbound
