// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/northbound_handler.hpp"

#include "app/audit_log.hpp"
#include "app/authenticator.hpp"
#include "app/throttle.hpp"
#include "json/summary.hpp"

#include "cellwise/base/log.hpp"
#include "cellwise/ports/http_routing.hpp"

#include <exception>

namespace cellwise::northbound {
namespace {

bool announces_body(const ports::HttpRequest& head) {
    return head.header("Transfer-Encoding") || head.header("Content-Length").value_or("0") != "0";
}

/// Where a call names an application itself, it is the one that calls.
bool names_another(const ports::HttpRequest& request, const AppId& app) {
    for (const auto* name : {"appId", "accessAppId"}) {
        const auto named = request.query_value(name);
        if (named && !named->empty() && *named != app.view()) return true;
    }
    return false;
}

/// Logins are not among them: they change nothing but the application's own session.
bool is_change(const Route& route) {
    return route.method != ports::HttpMethod::Get && route.admission == Admission::Application;
}

domain::AuditEntry entry_of(const Route& route, const RouteMatch& match, const ports::HttpRequest& request,
                            const AppId& app) {
    const auto& values = match.path_values;
    return {.actor = {.kind = domain::ActorKind::Application, .id = app.str()},
            .action = std::string(to_string(route.method)) + ' ' + std::string(route.pattern),
            .target = values.empty() ? std::string{} : printable(values.front()).substr(0, 64),
            .summary = json::summary_of(request.body),
            .address = request.peer,
            .client_subject = request.client_subject.substr(0, 512)};
}

}  // namespace

Result<AppId> NorthboundHandler::authenticate(const ports::HttpRequest& head, Admission admission) const {
    if (admission == Admission::Anyone) return AppId{};
    const auto app_id = ports::application_key(head.headers).value_or("");
    return services_.authenticator.find_application(app_id, ports::bearer_token(head.headers));
}

Result<std::shared_ptr<ports::BodySink>> NorthboundHandler::open_body(const ports::HttpRequest& head) {
    // Strangers do not get to send a body; without one handle() comes at once and asks the same.
    const auto match = match_route(head.method, head.path);
    if (match.route != nullptr && announces_body(head)) {
        if (const auto app = authenticate(head, match.route->admission); !app) return app.error();
    }
    return std::shared_ptr<ports::BodySink>{};
}

void NorthboundHandler::handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink>, ports::Respond respond) {
    try {
        auto match = match_route(request.method, request.path);
        if (match.route == nullptr) {
            if (match.allow.empty()) return respond(refusal(kNoSuchPath));
            auto response = refusal(kMethod);
            response.headers.emplace_back("Allow", match.allow);
            return respond(std::move(response));
        }
        const auto app = authenticate(request, match.route->admission);
        if (!app) return respond(refuse(request, app.error()));
        if (match.route->admission == Admission::Application) {
            if (const auto ok = services_.throttle.admit(*app); !ok) return respond(refuse(request, ok.error()));
            if (names_another(request, *app)) return respond(refusal(kToken));
        }
        if (is_change(*match.route)) {
            auto recorded = services_.audit.begin(entry_of(*match.route, match, request, *app), respond);
            if (!recorded) return respond(refuse(request, recorded.error()));
            respond = std::move(*recorded);
        }
        match.route->handle({.services = services_,
                             .request = std::move(request),
                             .app = *app,
                             .path_values = std::move(match.path_values),
                             .respond = respond});
    } catch (const std::exception& fault) {
        log::error("request failed", {{"reason", fault.what()}});
        respond(refusal(kFault));
    }
}

ports::HttpResponse NorthboundHandler::refuse(const ports::HttpRequest&, const Error& error) {
    return refusal(error, kBadRequest);
}

}  // namespace cellwise::northbound
