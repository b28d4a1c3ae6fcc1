// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/call.hpp"

#include "cellwise/domain/device.hpp"
#include "cellwise/ports/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cellwise::northbound {

/// What a list of devices is asked for. Each filter is served along an index.
struct DeviceQuery {
    AppId app{};
    std::optional<std::string> node_id{};
    std::optional<std::string> gateway_id{};  ///< a device is its own gateway
    std::optional<std::string> product_id{};
    std::optional<std::string> manufacturer_name{};
    std::optional<std::string> device_type{};
    std::optional<std::string> model{};
    std::optional<std::string> protocol{};
    bool fits_nothing = false;
    std::string not_served{};  ///< the name of a filter that would have to walk all devices
};
DeviceQuery device_query(const Call& call);

struct DevicesFound {
    std::vector<domain::Device> devices{};
    std::int64_t total = 0;
};
/// In order of id; with a filter of the product model in order of product and id.
Result<DevicesFound> find_devices(ports::Transaction& tx, const DeviceQuery& query, const ports::PageRequest& page);

}  // namespace cellwise::northbound
