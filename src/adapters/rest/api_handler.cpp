// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/api_handler.hpp"

#include "adapters/rest/call.hpp"
#include "adapters/rest/recorded_call.hpp"
#include "app/authenticator.hpp"
#include "app/throttle.hpp"

#include "cellwise/base/log.hpp"
#include "cellwise/ports/http_routing.hpp"

#include <exception>

namespace cellwise::rest {
namespace {

Access access_of(domain::Role role) {
    switch (role) {
        case domain::Role::Viewer:
            return Access::Viewer;
        case domain::Role::Operator:
            return Access::Operator;
        case domain::Role::Admin:
            return Access::Admin;
    }
    return Access::Anyone;
}

std::string_view name_of(Access access) {
    switch (access) {
        case Access::Anyone:
            return "anyone";
        case Access::Viewer:
            return "viewer";
        case Access::Operator:
            return "operator";
        case Access::Admin:
            return "admin";
    }
    return "?";
}

bool announces_body(const ports::HttpRequest& head) {
    return head.header("Transfer-Encoding") || head.header("Content-Length").value_or("0") != "0";
}

/// A body that came by memory although the route takes it by a sink.
Status pour(const std::string& body, ports::BodySink& sink) { return sink.write(as_bytes(body)); }

}  // namespace

/// An application says who it is as in its own API: by the key of its id, and its access token.
Result<app::Caller> ApiHandler::authorise_application(const ports::HttpRequest& head, std::string_view key) const {
    const auto app = services_.authenticator.find_application(key, ports::bearer_token(head.headers));
    if (!app) return app.error();
    return app::Caller{.actor = {.kind = domain::ActorKind::Application, .id = app->str()}, .application = *app};
}

Result<app::Caller> ApiHandler::authorise(const ports::HttpRequest& head, Access needed,
                                          Applications applications) const {
    if (needed == Access::Anyone) return app::Caller{};
    // Elsewhere its token is one that nobody knows.
    const auto key = ports::application_key(head.headers);
    if (key && applications == Applications::LetIn) return authorise_application(head, *key);
    auto caller = services_.authenticator.find_operator(ports::bearer_token(head.headers));
    if (!caller || access_of(caller->role) >= needed) return caller;
    return Error{.kind = ErrorKind::Forbidden,
                 .code = "access.role",
                 .message = "this needs the role " + std::string(name_of(needed)),
                 .value = std::string(to_string(caller->role))};
}

Result<ApiHandler::Admitted> ApiHandler::admit(const ports::HttpRequest& head) const {
    auto match = match_route(head.method, head.path);
    // Strangers do not learn which paths there are.
    const auto needed = match.route != nullptr ? match.route->access : Access::Viewer;
    const auto applications = match.route != nullptr ? match.route->applications : Applications::KeptOut;
    auto caller = authorise(head, needed, applications);
    if (!caller) return caller.error();
    if (match.route != nullptr) return Admitted{std::move(match), std::move(*caller)};
    if (match.allow.empty()) return not_found("request.path", "there is nothing at this path", head.path);
    return invalid(kMethodNotAllowed, {}, "this path allows " + match.allow, std::string(to_string(head.method)));
}

Result<std::shared_ptr<ports::BodySink>> ApiHandler::open(const Admitted& admitted,
                                                          const ports::HttpRequest& head) const {
    auto body =
        RecordedBody::open({services_, *admitted.match.route, admitted.match.path_values, admitted.caller, head});
    if (!body) return body.error();
    return std::shared_ptr<ports::BodySink>(std::move(*body));
}

Result<std::shared_ptr<ports::BodySink>> ApiHandler::open_body(const ports::HttpRequest& head) {
    // Refused before a byte of the body is taken; without a body handle() comes at once and asks the same.
    if (!announces_body(head)) return std::shared_ptr<ports::BodySink>{};
    const auto admitted = admit(head);
    if (!admitted) return admitted.error();
    if (admitted->match.route->open == nullptr) return std::shared_ptr<ports::BodySink>{};
    return open(*admitted, head);
}

void ApiHandler::handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) {
    try {
        auto admitted = admit(request);
        if (!admitted) return respond(refuse(request, admitted.error()));
        if (const auto& app = admitted->caller.application) {
            if (auto ok = services_.throttle.admit(*app); !ok) return respond(refuse(request, ok.error()));
        }
        const auto& route = *admitted->match.route;
        if (route.open != nullptr && !sink) {
            auto opened = open(*admitted, request);
            if (!opened) return respond(refuse(request, opened.error()));
            sink = std::move(*opened);
            if (auto poured = pour(request.body, *sink); !poured) return respond(refuse(request, poured.error()));
        }
        Call call{.services = services_,
                  .request = std::move(request),
                  .path_values = std::move(admitted->match.path_values),
                  .respond = respond,
                  .caller = std::move(admitted->caller)};
        // Only open() makes sinks.
        if (sink) return static_cast<RecordedBody&>(*sink).finish(std::move(call));
        make_recorded(route, std::move(call));
    } catch (const std::exception& fault) {
        log::error("request failed", {{"reason", fault.what()}});
        respond(problem(internal_error("internal", "the request failed by a fault of ours; the log says more")));
    }
}

ports::HttpResponse ApiHandler::refuse(const ports::HttpRequest& head, const Error& error) {
    auto response = problem(error);
    if (response.status == 405) response.headers.emplace_back("Allow", match_route(head.method, head.path).allow);
    return response;
}

}  // namespace cellwise::rest
