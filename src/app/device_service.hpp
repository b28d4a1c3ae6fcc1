// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_details.hpp"
#include "app/device_portrait.hpp"
#include "app/device_status.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/notice_text.hpp"
#include "cellwise/ports/random.hpp"
#include "cellwise/ports/secret_box.hpp"

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
    DetailsChange details{};
};

struct DeviceChange {
    std::optional<std::string> name{};
    std::optional<std::string> node_id{};  ///< another one: the device has to register anew
    std::optional<ProductId> product{};
    std::optional<ModelName> model{};
    DetailsChange details{};
    bool only_offline = false;  ///< Conflict "device.online" if it was heard of late
};

/// Devices as people enter them. An `owner` means: on behalf of that application, for which the devices of others do
/// not exist. Loop thread only, but for what is said to be of any; the callbacks come on the loop when the change is
/// durable.
class DeviceService {
 public:
    using Done = std::function<void(Status)>;
    using Changed = std::function<void(Result<domain::Device>)>;
    using Imported = std::function<void(Result<std::vector<Result<domain::Device>>>)>;

    struct Needs {
        const ports::NoticeText& notices;
        ports::SecretBox& secrets;
        const MqttPresence* mqtt = nullptr;  ///< who is at the broker; nothing: there is none
    };
    /// Called on the loop.
    struct Hooks {
        std::function<void(const DeviceId&)> forget{};  ///< what is remembered of the device: it is gone, or another
        /// As it was, it may log in no more: it is gone, or has another secret, name or product model. Sessions that
        /// it has at the broker are over.
        std::function<void(const domain::Device& former)> shut_out{};
        std::function<void()> pushes_committed{};
    };

    DeviceService(ports::Database& database, ports::Clock& clock, ports::Random& random, Needs needs, Hooks hooks);
    DeviceService(ports::Database& database, ports::Clock& clock, ports::Random& random, Needs needs)
        : DeviceService(database, clock, random, needs, Hooks()) {}

    /// Errors: InvalidInput "text.invalid", "device.product.unknown" and "device.app.unknown" with the field, those
    /// of check_details; Conflict "device.node_id.duplicate".
    void create(NewDevice device, Changed done);
    /// Many in one transaction; each has its own outcome, in order. The outer error is of the
    /// storage: none was made.
    void create_many(std::vector<NewDevice> devices, Imported done);
    /// Errors: those of create; NotFound "device.not_found"; Conflict "device.online".
    void change(const DeviceId& id, std::optional<AppId> owner, DeviceChange change, Changed done);
    /// Errors: NotFound "device.not_found"; Conflict "device.upgrading" while a job of it runs.
    void erase(const DeviceId& id, std::optional<AppId> owner, Done done);

    /// Any thread.
    const DevicePortraits& portraits() const { return portraits_; }
    /// Now, as a device's status depends on it. Any thread.
    Moment moment() const { return {clock_.now(), needs_.mqtt}; }

    /// 128 random bits in hex, for a psk or a secret that nobody chose.
    std::string fresh_secret();
    /// Call about once a second: erases devices that were not heard within their timeout, a bounded number at a time.
    void tick();

 private:
    domain::Device with_id(const NewDevice& device);
    void finish_expiry(const std::vector<domain::Device>& erased);
    void say_gone(const domain::Device& device) const;
    void tell_pushes() const;

    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
    Needs needs_;
    Hooks hooks_;
    DevicePortraits portraits_{database_, clock_};
    bool expiring_ = false;
};

}  // namespace cellwise::app
