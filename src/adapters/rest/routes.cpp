// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/routes.hpp"

#include "cellwise/ports/http_routing.hpp"

#include <array>

namespace cellwise::rest {
namespace {

using enum ports::HttpMethod;
using enum Access;
using enum Applications;

// clang-format off
constexpr std::array kRoutes{
    Route{Get,    "/healthz",                                 Anyone,   health::alive},
    Route{Get,    "/readyz",                                  Anyone,   health::ready},
    Route{Get,    "/metrics",                                 Anyone,   health::metrics},

    Route{Post,   "/api/v1/products",                         Operator, products::create},
    Route{Get,    "/api/v1/products",                         Viewer,   products::list},
    Route{Get,    "/api/v1/products/{id}",                    Viewer,   products::show},
    Route{Patch,  "/api/v1/products/{id}",                    Operator, products::change},
    Route{Delete, "/api/v1/products/{id}",                    Operator, products::erase},

    Route{Post,   "/api/v1/public-keys",                      Admin,    public_keys::create},
    Route{Get,    "/api/v1/public-keys",                      Viewer,   public_keys::list},
    Route{Get,    "/api/v1/public-keys/{id}",                 Viewer,   public_keys::show},
    Route{Get,    "/api/v1/public-keys/{id}/uses",            Viewer,   public_keys::show_uses},
    Route{Delete, "/api/v1/public-keys/{id}",                 Admin,    public_keys::revoke},

    Route{Post,   "/api/v1/packages",                         Operator, packages::create, packages::open_upload},
    Route{Get,    "/api/v1/packages",                         Viewer,   packages::list},
    Route{Get,    "/api/v1/packages/{id}",                    Viewer,   packages::show},
    Route{Delete, "/api/v1/packages/{id}",                    Operator, packages::erase},

    Route{Get,    "/api/v1/devices/{id}/events",              Viewer,   devices::list_events},
    Route{Post,   "/api/v1/devices:import",                   Operator, devices::import_list, devices::open_import},
    Route{Post,   "/api/v1/devices",                          Operator, devices::create},
    Route{Get,    "/api/v1/devices",                          Viewer,   devices::list},
    Route{Get,    "/api/v1/devices/{id}",                     Viewer,   devices::show},
    Route{Patch,  "/api/v1/devices/{id}",                     Operator, devices::change},
    Route{Delete, "/api/v1/devices/{id}",                     Operator, devices::erase},
    Route{Get,    "/api/v1/devices/{id}/uplinks",             Viewer,   devices::list_uplinks},

    Route{Post,   "/api/v1/groups",                           Operator, groups::create},
    Route{Get,    "/api/v1/groups",                           Viewer,   groups::list},
    Route{Get,    "/api/v1/groups/{id}",                      Viewer,   groups::show},
    Route{Patch,  "/api/v1/groups/{id}",                      Operator, groups::change},
    Route{Delete, "/api/v1/groups/{id}",                      Operator, groups::erase},
    Route{Post,   "/api/v1/groups/{id}/members",              Operator, groups::add_members},
    Route{Delete, "/api/v1/groups/{id}/members/{device}",     Operator, groups::remove_member},

    Route{Post,   "/api/v1/tasks",                            Operator, tasks::create},
    Route{Get,    "/api/v1/tasks",                            Viewer,   tasks::list},
    Route{Get,    "/api/v1/tasks/{id}",                       Viewer,   tasks::show},
    Route{Delete, "/api/v1/tasks/{id}",                       Operator, tasks::erase},
    Route{Post,   "/api/v1/tasks/{id}:stop",                  Operator, tasks::stop},
    Route{Get,    "/api/v1/tasks/{id}/jobs",                  Viewer,   tasks::list_jobs, nullptr, LetIn},
    Route{Post,   "/api/v1/tasks:preview",                    Operator, tasks::preview},
    Route{Post,   "/api/v1/tasks/{id}:pause",                 Operator, tasks::pause},
    Route{Post,   "/api/v1/tasks/{id}:resume",                Operator, tasks::resume},
    Route{Post,   "/api/v1/tasks/{id}:retry",                 Operator, tasks::retry},
    Route{Post,   "/api/v1/tasks/{id}/jobs/{device}:confirm", Operator, tasks::confirm, nullptr, LetIn},

    Route{Get,    "/api/v1/cells",                            Viewer,   cells::list},
    Route{Get,    "/api/v1/events",                           Viewer,   events::watch},

    Route{Post,   "/api/v1/applications",                     Admin,    applications::create},
    Route{Get,    "/api/v1/applications",                     Viewer,   applications::list},
    Route{Get,    "/api/v1/applications/{id}",                Viewer,   applications::show},
    Route{Patch,  "/api/v1/applications/{id}",                Admin,    applications::change},
    Route{Delete, "/api/v1/applications/{id}",                Admin,    applications::erase},

    Route{Get,    "/api/v1/subscriptions",                    Viewer,   subscriptions::list},
    Route{Get,    "/api/v1/outbox",                           Viewer,   subscriptions::list_outbox},
    Route{Delete, "/api/v1/outbox",                           Operator, outbox::erase_all},
    Route{Post,   "/api/v1/outbox:replay",                    Operator, outbox::replay_all},
    Route{Post,   "/api/v1/outbox/{sequence}:replay",         Operator, outbox::replay},
    Route{Delete, "/api/v1/outbox/{sequence}",                Operator, outbox::erase},

    Route{Post,   "/api/v1/tokens",                           Admin,    tokens::create},
    Route{Get,    "/api/v1/tokens",                           Admin,    tokens::list},
    Route{Delete, "/api/v1/tokens/{id}",                      Admin,    tokens::erase},
    Route{Get,    "/api/v1/tokens/current",                   Viewer,   tokens::show_current},

    Route{Post,   "/api/v1/sessions",                         Anyone,   sessions::create},
    Route{Delete, "/api/v1/sessions/current",                 Viewer,   sessions::erase_current},

    Route{Post,   "/api/v1/operators",                        Admin,    operators::create},
    Route{Get,    "/api/v1/operators",                        Admin,    operators::list},
    Route{Get,    "/api/v1/operators/{id}",                   Admin,    operators::show},
    Route{Patch,  "/api/v1/operators/{id}",                   Admin,    operators::change},
    Route{Delete, "/api/v1/operators/{id}",                   Admin,    operators::erase},

    Route{Get,    "/api/v1/audit",                            Admin,    audit::list},

    Route{Get,    "/api/v1/openapi.json",                     Viewer,   openapi::show},
};
// clang-format on

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch match_route(ports::HttpMethod method, std::string_view path) {
    RouteMatch match;
    const auto wanted = method == Head ? Get : method;
    for (const Route& route : kRoutes) {
        auto values = ports::match_path(route.pattern, path);
        if (!values) continue;
        match.allow.append(match.allow.empty() ? "" : ", ").append(to_string(route.method));
        if (route.method == Get) match.allow.append(", HEAD");
        if (route.method != wanted) continue;
        match.route = &route;
        match.path_values = std::move(*values);
    }
    return match;
}

}  // namespace cellwise::rest
