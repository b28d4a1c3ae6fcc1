// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/domain/mqtt.hpp"
#include "cellwise/ports/downlink.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace cellwise::ports {

/// The way to devices through a broker. `device` is the name by which it logged in; it is checked again before it
/// enters a topic. Loop thread only; outcomes never come inside the call: Delivered once the broker has the message
/// (it says nothing of the device), Asleep when there is no link to the broker, GaveUp when the link was lost before
/// the broker confirmed it.
class MqttDownlink {
 public:
    using Outcome = std::function<void(DeliveryOutcome)>;

    virtual ~MqttDownlink() = default;
    virtual void query_version(std::string_view device, Outcome outcome) = 0;
    virtual void send_upgrade(std::string_view device, const domain::mqtt::UpgradeNotice& notice,
                              Outcome outcome) = 0;
    /// Its login is good no more: the broker ends its session, now or as soon as there is a link.
    virtual void end_session(std::string_view device) = 0;
    /// Is the broker there?
    virtual bool is_linked() const = 0;
};

/// What the broker tells of devices. Loop thread; names have passed domain::mqtt::is_device_name, and belong to who
/// really spoke: the broker lets nobody publish as another.
class MqttEvents {
 public:
    virtual ~MqttEvents() = default;
    /// The link to the broker is up (presence follows: first everybody who is online, as on_online) or lost.
    virtual void on_link(bool up) = 0;
    /// A session began; also for each that is there already when the link comes up. `fresh`: it began just now.
    virtual void on_online(std::string_view device, bool fresh) = 0;
    virtual void on_offline(std::string_view device) = 0;
    /// A sign of life: called before each of the next, and alone for messages that say nothing else.
    virtual void on_heard(std::string_view device) = 0;
    virtual void on_version(std::string_view device, const domain::mqtt::VersionReport& report) = 0;
    virtual void on_progress(std::string_view device, const domain::mqtt::ProgressReport& report) = 0;
    virtual void on_properties(std::string_view device, std::span<const domain::mqtt::ServiceProperties> report) = 0;
    /// A data report (properties or message) as it came: to be kept as an uplink.
    virtual void on_uplink(std::string_view device, ByteView payload) = 0;
};

/// Who may log in at the broker. Callable from any thread.
class MqttLogins {
 public:
    virtual ~MqttLogins() = default;
    /// By the HMAC scheme: `client_id` is {name}_{0|2}_{0|1}_{YYYYMMDDHH}, split from the right; the password is the
    /// lower-case hex HMAC-SHA256 of the secret under the ten digits. Errors: Unauthenticated "mqtt.login.*",
    /// Unavailable when nobody can say just now.
    virtual Status check(std::string_view client_id, std::string_view username, std::string_view password) = 0;
};

}  // namespace cellwise::ports
