// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/api_handler.hpp"

#include "adapters/rest/call.hpp"
#include "app/authenticator.hpp"

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

Status ApiHandler::authorise(const ports::HttpRequest& head, Access needed) const {
    if (needed == Access::Anyone) return {};
    const auto token = services_.authenticator.find_operator(ports::bearer_token(head.headers));
    if (!token) return token.error();
    if (access_of(token->role) >= needed) return {};
    return Error{.kind = ErrorKind::Forbidden,
                 .code = "access.role",
                 .message = "this needs the role " + std::string(name_of(needed)),
                 .value = std::string(to_string(token->role))};
}

Result<RouteMatch> ApiHandler::admit(const ports::HttpRequest& head) const {
    auto match = match_route(head.method, head.path);
    // Strangers do not learn which paths there are.
    const auto needed = match.route != nullptr ? match.route->access : Access::Viewer;
    if (auto ok = authorise(head, needed); !ok) return ok.error();
    if (match.route != nullptr) return match;
    if (match.allow.empty()) return not_found("request.path", "there is nothing at this path", head.path);
    return invalid(kMethodNotAllowed, {}, "this path allows " + match.allow, std::string(to_string(head.method)));
}

Result<std::shared_ptr<ports::BodySink>> ApiHandler::open_body(const ports::HttpRequest& head) {
    // Refused before a byte of the body is taken; without a body handle() comes at once and asks the same.
    if (!announces_body(head)) return std::shared_ptr<ports::BodySink>{};
    const auto match = admit(head);
    if (!match) return match.error();
    if (match->route->open == nullptr) return std::shared_ptr<ports::BodySink>{};
    return match->route->open(services_, head);
}

void ApiHandler::handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) {
    try {
        auto match = admit(request);
        if (!match) return respond(refuse(request, match.error()));
        if (match->route->open != nullptr && !sink) {
            auto opened = match->route->open(services_, request);
            if (!opened) return respond(refuse(request, opened.error()));
            sink = std::move(*opened);
            if (auto poured = pour(request.body, *sink); !poured) return respond(refuse(request, poured.error()));
        }
        match->route->handle({.services = services_,
                              .request = std::move(request),
                              .path_values = std::move(match->path_values),
                              .sink = std::move(sink),
                              .respond = respond});
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
