// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/routes.hpp"
#include "adapters/rest/services.hpp"

#include "cellwise/ports/http.hpp"

namespace cellwise::rest {

/// The operators' face: /api/v1, /healthz, /readyz, /metrics. Finds the route, asks who calls, and hands the call on;
/// whatever goes wrong is answered as RFC 9457.
class ApiHandler final : public ports::HttpHandler {
 public:
    explicit ApiHandler(Services services) : services_(std::move(services)) {}

    Result<std::shared_ptr<ports::BodySink>> open_body(const ports::HttpRequest& head) override;
    void handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) override;
    ports::HttpResponse refuse(const ports::HttpRequest& head, const Error& error) override;

 private:
    /// A request that may be made: its route, and who makes it.
    struct Admitted {
        RouteMatch match{};
        app::Caller caller{};
    };
    Result<Admitted> admit(const ports::HttpRequest& head) const;
    Result<app::Caller> authorise(const ports::HttpRequest& head, Access needed, Applications applications) const;
    Result<app::Caller> authorise_application(const ports::HttpRequest& head, std::string_view key) const;
    Result<std::shared_ptr<ports::BodySink>> open(const Admitted& admitted, const ports::HttpRequest& head) const;

    Services services_;
};

}  // namespace cellwise::rest
