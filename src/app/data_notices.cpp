// SPDX-License-Identifier: Apache-2.0
#include "app/data_notices.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace cellwise::app {
namespace {

using domain::NotifyType;

constexpr std::array kTypes{NotifyType::DeviceDataChanged, NotifyType::DeviceDatasChanged};

/// Who wants to know what, looked up once a transaction.
class Audience {
 public:
    explicit Audience(ports::Transaction& tx) : tx_(tx) {}

    /// Empty: nobody, or the device is gone.
    Result<AppId> owner_of(const DeviceId& id) {
        const auto [known, is_new] = owners_.try_emplace(id);
        if (is_new) {
            const auto device = tx_.devices().find(id);
            if (!device) return device.error();
            if (*device) known->second = (*device)->app;
        }
        return known->second;
    }
    Result<bool> wants(const AppId& app, NotifyType type) {
        const auto [known, is_new] = wants_.try_emplace({app, type});
        if (is_new) {
            const auto subscription = tx_.subscriptions().find(app, type);
            if (!subscription) return subscription.error();
            known->second = subscription->has_value();
        }
        return known->second;
    }

 private:
    ports::Transaction& tx_;
    std::map<DeviceId, AppId> owners_;
    std::map<std::pair<AppId, NotifyType>, bool> wants_;
};

}  // namespace

DataNotices::DataNotices(const ports::TrafficText& texts, ports::Metrics& metrics)
    : texts_(texts),
      dropped_(metrics.counter("cellwise_data_notices_dropped_total",
                               "Pushes of business data dropped because their device had too many waiting")) {}

Result<std::size_t> DataNotices::append(ports::Transaction& tx, const std::vector<ports::Uplink>& uplinks) const {
    Audience audience(tx);
    std::set<std::pair<DeviceId, NotifyType>> grown;
    std::size_t count = 0;
    for (const auto& uplink : uplinks) {
        const auto app = audience.owner_of(uplink.device);
        if (!app) return app.error();
        if (app->empty()) continue;
        for (const auto type : kTypes) {
            const auto wanted = audience.wants(*app, type);
            if (!wanted) return wanted.error();
            if (!*wanted) continue;
            const auto appended = tx.outbox().append({.app = *app,
                                                      .type = type,
                                                      .device = uplink.device,
                                                      .body = texts_.data_changed(type, uplink),
                                                      .occurred_at = uplink.at,
                                                      .due_at = uplink.at});
            if (!appended) return appended.error();
            grown.emplace(uplink.device, type);
            ++count;
        }
    }
    for (const auto& [device, type] : grown) {
        const auto dropped = tx.outbox().drop_oldest(device, type, kMostOfADevice);
        if (!dropped) return dropped.error();
        dropped_.add(static_cast<double>(*dropped));
    }
    return count;
}

}  // namespace cellwise::app
