// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/coverage.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What may stand in a registration.
namespace cellwise::app {

/// InvalidInput "lwm2m.endpoint": 1..256 bytes.
Status check_endpoint(std::string_view endpoint);
/// InvalidInput "lwm2m.lifetime": 1..4294967295 s, if given.
Status check_lifetime(const std::optional<Duration>& lifetime);

/// The same device's name in its other form: some modules register by the bare IMEI (15 digits), others by
/// `urn:imei:` and it. Nothing for any other name.
std::optional<std::string> other_form_of(std::string_view endpoint);

/// What an update says takes the place of what was known, and leaves the rest.
void merge(domain::RadioReport& report, const domain::RadioReport& newer);

}  // namespace cellwise::app
