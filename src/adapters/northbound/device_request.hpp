// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/vendor_error.hpp"
#include "app/device_service.hpp"
#include "json/document.hpp"

#include <optional>
#include <string>

namespace cellwise::northbound {

/// Why a body is refused.
struct Refused {
    const VendorError& error;
    std::string detail{};
};

/// A registration, by verification code (v1.1.0) or by secret (v2.0.0): one reads both, since real clients put nodeId
/// and name at either place.
std::optional<Refused> read_registration(const json::Document& body, app::NewDevice& device);

/// What PUT deviceCredentials changes: verifyCode, nodeId, timeout; secret.
std::optional<Refused> read_credentials(const json::Document& body, app::DeviceChange& change);

/// The names of a product model, as far as a body says them.
struct PartialModel {
    std::optional<std::string> manufacturer_name{};
    std::optional<std::string> device_type{};
    std::optional<std::string> model{};

    bool says_nothing() const { return !manufacturer_name && !device_type && !model; }
};
/// What PUT devices changes.
std::optional<Refused> read_device_change(const json::Document& body, app::DeviceChange& change, PartialModel& model);

}  // namespace cellwise::northbound
