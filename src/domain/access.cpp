// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/access.hpp"

namespace cellwise::domain {

std::string_view to_string(Role role) {
    switch (role) {
        case Role::Viewer:
            return "viewer";
        case Role::Operator:
            return "operator";
        case Role::Admin:
            return "admin";
    }
    return "?";
}

std::optional<Role> parse_role(std::string_view name) {
    for (const auto role : {Role::Viewer, Role::Operator, Role::Admin}) {
        if (name == to_string(role)) return role;
    }
    return std::nullopt;
}

}  // namespace cellwise::domain
