// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/vendor_error.hpp"
#include "app/task_service.hpp"
#include "json/document.hpp"

#include <optional>
#include <string>

namespace cellwise::northbound {

/// Why a request for an upgrade is refused.
struct Refusal {
    VendorError error{};
    std::string detail{};
};

struct UpgradeRequest {
    app::NewTask task{};
    /// With groups only: the product model that they are said to be of.
    std::string manufacturer_name{};
    std::string device_type{};
    std::string model{};
};

/// Reads the body of softwareUpgrade. On a refusal `request` is unspecified.
std::optional<Refusal> read_upgrade_request(const json::Document& body, UpgradeRequest& request);

}  // namespace cellwise::northbound
