// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/resources.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::rest {

/// Who may make a call. Each includes those below it.
enum class Access { Anyone, Viewer, Operator, Admin };

/// Are application servers let in, too, for what is their own?
enum class Applications { KeptOut, LetIn };

struct Route {
    ports::HttpMethod method;
    std::string_view pattern;  ///< "{…}" stands for one path segment without ':'
    Access access;
    void (*handle)(Call);
    /// For a body that is too large for memory: where it goes.
    SinkResult (*open)(const Services&, const ports::HttpRequest&) = nullptr;
    Applications applications = Applications::KeptOut;
};

std::span<const Route> routes();

struct RouteMatch {
    const Route* route = nullptr;  ///< nothing: the path is there, but not for this method, or not there
    std::vector<std::string> path_values{};
    std::string allow{};  ///< the methods of this path; empty when there is no such path
};
/// HEAD is answered as GET: the server leaves the body out.
RouteMatch match_route(ports::HttpMethod method, std::string_view path);

}  // namespace cellwise::rest
