// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/ports/secret_box.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cellwise::app {

/// What is said of a device beside its name and its product model. What is not set stays as it is.
struct DetailsChange {
    std::optional<std::string> verify_code{};
    std::optional<std::string> end_user_id{};
    std::optional<std::string> imsi{};
    std::optional<std::string> manufacturer_id{};
    std::optional<std::string> protocol{};
    std::optional<std::string> mute{};
    std::optional<std::string> location{};
    std::optional<std::string> region{};
    std::optional<std::string> timezone{};
    std::optional<std::string> organization{};
    std::optional<std::string> cell{};  ///< where a MQTT device is that does not say; empty: not known
    std::optional<std::string> tags{};  ///< a JSON array
    std::optional<bool> secure{};
    std::optional<std::string> psk{};  ///< in clear until seal_secrets(); so is the next
    std::optional<std::string> secret{};
    std::optional<std::uint32_t> timeout_seconds{};  ///< 0: never

    bool says_nothing() const;
};

/// Errors: InvalidInput "device.verify_code.invalid", "text.invalid", "device.field.invalid" with field and value
/// (but never the value of a secret).
Status check_details(const DetailsChange& change);
/// Puts psk and secret into the form in which they are stored.
Status seal_secrets(DetailsChange& change, const DeviceId& device, ports::SecretBox& box);
/// A change that was checked and sealed, laid over what is stored.
void lay_over(domain::DeviceDetails& details, const DetailsChange& change, Timestamp now);

}  // namespace cellwise::app
