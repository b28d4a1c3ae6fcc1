// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/problem.hpp"
#include "adapters/rest/services.hpp"
#include "app/authenticator.hpp"
#include "json/document.hpp"
#include "json/object_reader.hpp"

#include "cellwise/domain/access.hpp"
#include "cellwise/ports/http.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::rest {

/// One request on its way through the API: authenticated, routed, not yet read.
struct Call {
    const Services& services;
    ports::HttpRequest request{};
    std::vector<std::string> path_values{};  ///< what stood for the {…} of the route, in order
    std::shared_ptr<ports::BodySink> sink{};
    ports::Respond respond{};
    app::Caller caller{};  ///< who calls; nobody where the route lets anyone in
};

ports::HttpResponse json_response(int status, std::string body);

inline void reply(const ports::Respond& respond, int status, std::string body) {
    respond(json_response(status, std::move(body)));
}
inline void refuse(const ports::Respond& respond, const Error& error) { respond(problem(error)); }

/// A service's callback that answers with what was made, as `show` writes it.
template <class T, class Show>
std::function<void(Result<T>)> answer(ports::Respond respond, int status, Show show) {
    return [respond = std::move(respond), status, show = std::move(show)](const Result<T>& result) {
        if (!result) return refuse(respond, result.error());
        reply(respond, status, show(*result));
    };
}
/// The same for what holds a secret, which is told this once: `show_again` writes what may be kept of it.
template <class T, class Show>
std::function<void(Result<T>)> answer_once(ports::Respond respond, int status, Show show, Show show_again) {
    return [respond = std::move(respond), status, show, show_again](const Result<T>& result) {
        if (!result) return refuse(respond, result.error());
        auto response = json_response(status, show(*result));
        response.kept = show_again(*result);
        respond(std::move(response));
    };
}
/// A service's callback that answers 204.
std::function<void(Status)> answer_empty(ports::Respond respond);

/// The JSON body. A body of another declared type is refused: InvalidInput "request.media_type".
Result<json::Document> body_of(const ports::HttpRequest& request);

/// What stands at that place of the path, when it names nothing.
inline Error missing(const Call& call, const char* code, const char* message, std::size_t place = 0) {
    return not_found(code, message, call.path_values.at(place));
}
/// The id at that place of the path. What is no id at all names nothing either: `error`.
template <class Id>
Result<Id> path_id(const Call& call, const Error& error, std::size_t place = 0) {
    if (const auto id = Id::parse(call.path_values.at(place))) return *id;
    return error;
}

/// A query value that must be an id, if it is there.
template <class Id>
Result<std::optional<Id>> query_id(const ports::HttpRequest& request, const char* name, const char* rule) {
    const auto written = request.query_value(name);
    if (!written) return std::optional<Id>{};
    if (const auto id = Id::parse(*written)) return std::optional<Id>(*id);
    return invalid("request.query.invalid", name, std::string(name) + ' ' + rule, std::string(*written));
}

inline constexpr const char* kHex24Rule = "must be 24 lower-case hex digits";
inline constexpr const char* kUuidRule = "must be a lower-case UUID";

}  // namespace cellwise::rest
