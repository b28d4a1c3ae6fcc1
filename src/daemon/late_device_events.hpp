// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/device_events.hpp"
#include "cellwise/ports/downlink.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/mqtt.hpp"

#include <utility>

namespace cellwise::daemon {

/// The transport is made before the engine that it tells, and the engine needs the transport's downlink: this closes
/// the ring. Before set() nothing is told, and nothing can have happened.
class LateDeviceEvents final : public ports::DeviceEvents {
 public:
    void set(ports::DeviceEvents& events) { events_ = &events; }
    void expect(std::span<const DeviceId> devices) override {
        if (events_ != nullptr) events_->expect(devices);
    }
    void on_heard(const DeviceId& device) override {
        if (events_ != nullptr) events_->on_heard(device);
    }
    void on_data(const DeviceId& device, ByteView payload) override {
        if (events_ != nullptr) events_->on_data(device, payload);
    }

 private:
    ports::DeviceEvents* events_ = nullptr;
};

/// Where no transport is on, every device sleeps.
class NoDownlink final : public ports::Downlink {
 public:
    explicit NoDownlink(ports::Executor& loop) : loop_(loop) {}

    void send(const DeviceId&, Bytes, Outcome outcome) override {
        if (outcome) loop_.post([outcome = std::move(outcome)] { outcome(ports::DeliveryOutcome::Asleep); });
    }
    void read_radio(const DeviceId&, RadioAnswer answer) override {
        loop_.post([answer = std::move(answer)] { answer(ports::DeliveryOutcome::Asleep, {}); });
    }
    bool is_awake(const DeviceId&) override { return false; }
    void cancel(const DeviceId&) override {}

 private:
    ports::Executor& loop_;
};

/// Where there is no broker, no MQTT device is there.
class NoBroker final : public ports::MqttDownlink {
 public:
    explicit NoBroker(ports::Executor& loop) : loop_(loop) {}

    void query_version(std::string_view, Outcome outcome) override { say_asleep(std::move(outcome)); }
    void send_upgrade(std::string_view, const domain::mqtt::UpgradeNotice&, Outcome outcome) override {
        say_asleep(std::move(outcome));
    }
    void end_session(std::string_view) override {}
    bool is_linked() const override { return false; }

 private:
    void say_asleep(Outcome outcome) {
        loop_.post([outcome = std::move(outcome)] { outcome(ports::DeliveryOutcome::Asleep); });
    }
    ports::Executor& loop_;
};

}  // namespace cellwise::daemon
