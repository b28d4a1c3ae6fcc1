// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::app {

/// A product model as people write it down.
struct ModelName {
    std::string manufacturer_name{};
    std::string device_type{};
    std::string model{};
};

/// A device to be entered. Of `product` and `model` at most one; with neither, the device has no product model yet
/// and cannot be upgraded.
struct NewDevice {
    AppId app{};  ///< empty: the operators'
    std::string node_id{};
    std::string name{};
    std::optional<ProductId> product{};
    std::optional<ModelName> model{};
};

struct DeviceChange {
    std::optional<std::string> name{};
    std::optional<ProductId> product{};
    std::optional<ModelName> model{};
};

/// Devices as people enter them. An `owner` means: on behalf of that application, for which the devices of others do
/// not exist. Loop thread only; the callbacks come on the loop when the change is durable.
class DeviceService {
 public:
    using Done = std::function<void(Status)>;
    using Changed = std::function<void(Result<domain::Device>)>;
    using Imported = std::function<void(Result<std::vector<Result<domain::Device>>>)>;
    /// Told on the loop when a device is gone, for whoever remembers it.
    using OnErased = std::function<void(const DeviceId&)>;

    DeviceService(ports::Database& database, ports::Clock& clock, ports::Random& random, OnErased on_erased = {});

    /// Errors: InvalidInput "text.invalid", "device.product.unknown" and "device.app.unknown" with the field;
    /// Conflict "device.node_id.duplicate".
    void create(NewDevice device, Changed done);
    /// Many in one transaction; each has its own outcome, in order. The outer error is of the storage: none was made.
    void create_many(std::vector<NewDevice> devices, Imported done);
    /// Errors: those of create; NotFound "device.not_found".
    void change(const DeviceId& id, std::optional<AppId> owner, DeviceChange change, Changed done);
    /// Errors: NotFound "device.not_found"; Conflict "device.upgrading" while a job of it runs.
    void erase(const DeviceId& id, std::optional<AppId> owner, Done done);

 private:
    domain::Device with_id(const NewDevice& device);

    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
    OnErased on_erased_;
};

}  // namespace cellwise::app
