// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/call.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::northbound {

enum class Admission {
    Anyone,      ///< the calls by which an application gets its token
    Application  ///< app_key and access token
};

struct Route {
    ports::HttpMethod method;
    std::string_view pattern;
    Admission admission;
    void (*handle)(Call);
};

std::span<const Route> routes();

struct RouteMatch {
    const Route* route = nullptr;
    std::vector<std::string> path_values{};
    std::string allow{};  ///< the methods of this path; empty when there is no such path
};
RouteMatch match_route(ports::HttpMethod method, std::string_view path);

}  // namespace cellwise::northbound
