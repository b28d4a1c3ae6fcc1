// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/mqtt.hpp"

namespace cellwise::daemon {

/// The link to the broker is made before what it tells, which needs the link: this closes the ring. Before set()
/// nothing is told, and until the link is started nothing can have happened.
class LateMqttEvents final : public ports::MqttEvents {
 public:
    void set(ports::MqttEvents& events) { events_ = &events; }
    void on_link(bool up) override {
        if (events_ != nullptr) events_->on_link(up);
    }
    void on_online(std::string_view device, bool fresh) override {
        if (events_ != nullptr) events_->on_online(device, fresh);
    }
    void on_offline(std::string_view device) override {
        if (events_ != nullptr) events_->on_offline(device);
    }
    void on_heard(std::string_view device) override {
        if (events_ != nullptr) events_->on_heard(device);
    }
    void on_version(std::string_view device, const domain::mqtt::VersionReport& report) override {
        if (events_ != nullptr) events_->on_version(device, report);
    }
    void on_progress(std::string_view device, const domain::mqtt::ProgressReport& report) override {
        if (events_ != nullptr) events_->on_progress(device, report);
    }
    void on_properties(std::string_view device, std::span<const domain::mqtt::ServiceProperties> report) override {
        if (events_ != nullptr) events_->on_properties(device, report);
    }
    void on_uplink(std::string_view device, ByteView payload) override {
        if (events_ != nullptr) events_->on_uplink(device, payload);
    }

 private:
    ports::MqttEvents* events_ = nullptr;
};

}  // namespace cellwise::daemon
