// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_lookup.hpp"

namespace cellwise::northbound {

Result<domain::Device> find_device(ports::Transaction& tx, const AppId& app, std::string_view device_id) {
    const auto missing = not_found("device.not_found", "there is no such device");
    const auto id = DeviceId::parse(device_id);
    if (!id) return missing;
    auto device = tx.devices().find(*id);
    if (!device) return device.error();
    if (!*device || (*device)->app != app) return missing;
    return std::move(**device);
}

}  // namespace cellwise::northbound
