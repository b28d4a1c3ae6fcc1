// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/device.hpp"
#include "cellwise/domain/product.hpp"

#include <optional>
#include <string>

namespace cellwise::ports {

/// What is known of a device at one moment.
struct DeviceFacts {
    domain::Device device{};
    std::optional<domain::Product> product{};
    std::optional<domain::Registration> registration{};
    std::optional<domain::DeviceDetails> details{};
};

/// Puts into the text of a push what happened to a device; the northbound adapter knows the JSON. Pure; callable from
/// any thread, and called where the change is written, so that it tells of the very state that is committed.
class NoticeText {
 public:
    virtual ~NoticeText() = default;
    virtual std::string device_added(const DeviceFacts& facts, Timestamp now) const = 0;
    virtual std::string device_info_changed(const DeviceFacts& facts, Timestamp now) const = 0;
    virtual std::string device_deleted(const DeviceId& device) const = 0;
};

}  // namespace cellwise::ports
