// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/routes.hpp"

#include "adapters/northbound/resources.hpp"

#include "cellwise/ports/http_routing.hpp"

#include <array>

namespace cellwise::northbound {
namespace {

using enum ports::HttpMethod;
using enum Admission;

// clang-format off
constexpr std::array kRoutes{
    Route{Post,   "/iocm/app/sec/v1.1.0/login",                                    Anyone,      security::login},
    Route{Post,   "/iocm/app/sec/v1.1.0/refreshToken",                             Anyone,      security::refresh},
    Route{Post,   "/iocm/app/sec/v1.1.0/logout",                                   Anyone,      security::logout},

    Route{Post,   "/iodm/northbound/v1.5.0/operations/softwareUpgrade",            Application, operations::create_software_upgrade},
    Route{Post,   "/iodm/northbound/v1.5.0/operations/firmwareUpgrade",            Application, operations::create_firmware_upgrade},
    Route{Get,    "/iodm/northbound/v1.5.0/operations",                            Application, operations::list},
    Route{Get,    "/iodm/northbound/v1.5.0/operations/{id}",                       Application, operations::show},
    Route{Get,    "/iodm/northbound/v1.5.0/operations/{id}/subOperations",         Application, operations::list_sub_operations},

    Route{Get,    "/iodm/northbound/v1.5.0/category",                              Application, category::list},
    Route{Get,    "/iodm/northbound/v1.5.0/category/{id}",                         Application, category::show},
    Route{Delete, "/iodm/northbound/v1.5.0/category/{id}",                         Application, category::erase},

    Route{Post,   "/iodm/app/sub/v1.1.0/subscribe",                                Application, subscriptions::subscribe_upgrades},
    Route{Post,   "/iocm/app/sub/v1.2.0/subscriptions",                            Application, subscriptions::create},
    Route{Get,    "/iocm/app/sub/v1.2.0/subscriptions",                            Application, subscriptions::list},
    Route{Delete, "/iocm/app/sub/v1.2.0/subscriptions",                            Application, subscriptions::erase_chosen},
    Route{Get,    "/iocm/app/sub/v1.2.0/subscriptions/{id}",                       Application, subscriptions::show},
    Route{Delete, "/iocm/app/sub/v1.2.0/subscriptions/{id}",                       Application, subscriptions::erase},

    Route{Post,   "/iocm/app/reg/v1.1.0/deviceCredentials",                        Application, credentials::create},
    Route{Get,    "/iocm/app/reg/v1.1.0/deviceCredentials/{id}",                   Application, credentials::show},
    Route{Put,    "/iocm/app/reg/v1.1.0/deviceCredentials/{id}",                   Application, credentials::change},
    Route{Post,   "/iocm/app/reg/v2.0.0/deviceCredentials",                        Application, credentials::create_with_secret},
    Route{Get,    "/iocm/app/reg/v2.0.0/deviceCredentials/{id}",                   Application, credentials::show},
    Route{Put,    "/iocm/app/reg/v2.0.0/deviceCredentials/{id}",                   Application, credentials::change_secret},

    Route{Get,    "/iocm/app/dm/v1.4.0/devices",                                   Application, devices::list},
    Route{Get,    "/iocm/app/dm/v1.4.0/devices/{id}",                              Application, devices::show},
    Route{Put,    "/iocm/app/dm/v1.4.0/devices/{id}",                              Application, devices::change},
    Route{Delete, "/iocm/app/dm/v1.4.0/devices/{id}",                              Application, devices::erase},

    Route{Post,   "/iocm/app/devgroup/v1.3.0/devGroups",                           Application, groups::create},
    Route{Get,    "/iocm/app/devgroup/v1.3.0/devGroups",                           Application, groups::list},
    Route{Get,    "/iocm/app/devgroup/v1.3.0/devGroups/{id}",                      Application, groups::show},
    Route{Put,    "/iocm/app/devgroup/v1.3.0/devGroups/{id}",                      Application, groups::change},
    Route{Delete, "/iocm/app/devgroup/v1.3.0/devGroups/{id}",                      Application, groups::erase},
    Route{Get,    "/iocm/app/dm/v1.2.0/devices/ids",                               Application, groups::list_members},
    Route{Post,   "/iocm/app/dm/v1.1.0/devices/addDevGroupTagToDevices",           Application, groups::add_members},
    Route{Post,   "/iocm/app/dm/v1.1.0/devices/deleteDevGroupTagFromDevices",      Application, groups::remove_members},

    Route{Post,   "/iocm/app/cmd/v1.4.0/deviceCommands",                           Application, commands::create},
    Route{Get,    "/iocm/app/cmd/v1.4.0/deviceCommands",                           Application, commands::list},
    Route{Put,    "/iocm/app/cmd/v1.4.0/deviceCommands/{id}",                      Application, commands::change},
};
// clang-format on

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch match_route(ports::HttpMethod method, std::string_view path) {
    RouteMatch match;
    for (const Route& route : kRoutes) {
        auto values = ports::match_path(route.pattern, path);
        if (!values) continue;
        match.allow.append(match.allow.empty() ? "" : ", ").append(to_string(route.method));
        if (route.method != method || match.route != nullptr) continue;
        match.route = &route;
        match.path_values = std::move(*values);
    }
    return match;
}

}  // namespace cellwise::northbound
