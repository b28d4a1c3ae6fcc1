// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"
#include "app/registration_service.hpp"

#include "cellwise/base/result.hpp"

#include <string>

namespace cellwise::lwm2m {

/// What the query of a register or an update says.
struct RegistrationQuery {
    app::RegistrationRequest request{};  ///< all but the address
    std::string version = "1.0";         ///< of the LwM2M enabler; as given, unchecked
};

/// Unknown parameters and unreadable radio values are passed over: modules add what they like. Errors: InvalidInput
/// "lwm2m.query.*" with the parameter as field.
Result<RegistrationQuery> parse_registration_query(const coap::Message& request);

}  // namespace cellwise::lwm2m
