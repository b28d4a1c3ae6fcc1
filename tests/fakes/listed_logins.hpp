// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/mqtt.hpp"

#include <string>

namespace cellwise::fakes {

/// One device, "meter-7", whose password is "right".
class ListedLogins final : public ports::MqttLogins {
 public:
    bool away = false;  ///< nobody can say

    Status check(std::string_view, std::string_view username, std::string_view password) override {
        if (away) return Error{.kind = ErrorKind::Unavailable, .code = "fake.away"};
        if (username == "meter-7" && password == "right") return {};
        return Error{.kind = ErrorKind::Unauthenticated, .code = "mqtt.login.password"};
    }
};

}  // namespace cellwise::fakes
