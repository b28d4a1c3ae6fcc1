// SPDX-License-Identifier: Apache-2.0
#include "app/device_service.hpp"

#include "app/device_changes.hpp"
#include "app/new_id.hpp"
#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::app {
namespace {

/// Devices that expire in one write.
constexpr std::uint32_t kExpiredAtOnce = 100;
/// What was heard in time is written behind: within this it has been.
constexpr Duration kExpiryGrace{2'000};

/// Storage failed, as opposed to: this row is wrong.
bool is_fatal(const Error& error) {
    return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::StorageFull ||
           error.kind == ErrorKind::Internal;
}

}  // namespace

DeviceService::DeviceService(ports::Database& database, ports::Clock& clock, ports::Random& random, Needs needs,
                             Hooks hooks)
    : database_(database), clock_(clock), random_(random), needs_(needs), hooks_(std::move(hooks)) {}

domain::Device DeviceService::with_id(const NewDevice& device) {
    return {.id = new_id<DeviceId>(random_),
            .app = device.app,
            .node_id = device.node_id,
            .name = device.name,
            .created_at = clock_.now()};
}

std::string DeviceService::fresh_secret() { return random_secret(random_).substr(0, 32); }

void DeviceService::tell_pushes() const {
    if (hooks_.pushes_committed) hooks_.pushes_committed();
}

void DeviceService::create(NewDevice device, Changed done) {
    auto row = with_id(device);
    if (auto ok = check_details(device.details); !ok) return done(ok.error());
    if (auto ok = seal_secrets(device.details, row.id, needs_.secrets); !ok) return done(ok.error());
    const auto work = [device = std::move(device), row = std::move(row), &notices = needs_.notices](
                          ports::Transaction& tx) { return device_changes::insert(tx, device, row, notices); };
    write<domain::Device>(database_, work, [this, done = std::move(done)](Result<domain::Device> made) {
        if (made) tell_pushes();
        done(std::move(made));
    });
}

void DeviceService::create_many(std::vector<NewDevice> devices, Imported done) {
    using Outcomes = std::vector<Result<domain::Device>>;
    struct Row {
        NewDevice wanted;
        domain::Device device;
        Status details;
    };
    std::vector<Row> rows;
    rows.reserve(devices.size());
    for (auto& device : devices) {
        auto row = with_id(device);
        auto details = check_details(device.details);
        if (details) details = seal_secrets(device.details, row.id, needs_.secrets);
        rows.push_back({std::move(device), std::move(row), std::move(details)});
    }
    const auto work = [rows = std::move(rows),
                       &notices = needs_.notices](ports::Transaction& tx) -> Result<Outcomes> {
        Outcomes outcomes;
        outcomes.reserve(rows.size());
        for (const auto& [wanted, row, details] : rows) {
            auto outcome = details ? device_changes::insert(tx, wanted, row, notices) : details.error();
            if (!outcome && is_fatal(outcome.error())) return outcome.error();
            outcomes.push_back(std::move(outcome));
        }
        return outcomes;
    };
    write<Outcomes>(database_, work, [this, done = std::move(done)](Result<Outcomes> outcomes) {
        if (outcomes) tell_pushes();
        done(std::move(outcomes));
    });
}

void DeviceService::change(const DeviceId& id, std::optional<AppId> owner, DeviceChange change, Changed done) {
    if (auto ok = check_details(change.details); !ok) return done(ok.error());
    if (auto ok = seal_secrets(change.details, id, needs_.secrets); !ok) return done(ok.error());
    const auto work = [id, owner, change = std::move(change), moment = moment(),
                       &notices = needs_.notices](ports::Transaction& tx) {
        return device_changes::change(tx, id, owner, change, notices, moment);
    };
    using Outcome = Result<device_changes::Changed>;
    write<device_changes::Changed>(database_, work, [this, done = std::move(done)](const Outcome& outcome) {
        if (!outcome) return done(outcome.error());
        if (outcome->has_new_node_id && hooks_.forget) hooks_.forget(outcome->device.id);
        if (outcome->has_new_login && hooks_.shut_out) hooks_.shut_out(outcome->former);
        tell_pushes();
        done(outcome->device);
    });
}

void DeviceService::erase(const DeviceId& id, std::optional<AppId> owner, Done done) {
    const auto work = [id, owner, now = clock_.now(), &notices = needs_.notices](ports::Transaction& tx) {
        return device_changes::erase(tx, id, owner, notices, now);
    };
    using Erased = Result<domain::Device>;
    write<domain::Device>(database_, work, [this, done = std::move(done)](const Erased& erased) {
        if (!erased) return done(erased.error());
        say_gone(*erased);
        tell_pushes();
        done({});
    });
}

void DeviceService::say_gone(const domain::Device& device) const {
    if (hooks_.shut_out) hooks_.shut_out(device);
    if (hooks_.forget) hooks_.forget(device.id);
}

void DeviceService::tick() {
    if (expiring_) return;
    const auto now = clock_.now() - kExpiryGrace;
    const auto some = read<bool>(database_, [now](ports::Transaction& tx) -> Result<bool> {
        const auto expired = tx.devices().expired(now, 1);
        if (!expired) return expired.error();
        return !expired->empty();
    });
    if (!some || !*some) return;
    expiring_ = true;
    using Erased = std::vector<domain::Device>;
    const auto work = [now, &notices = needs_.notices](ports::Transaction& tx) {
        return device_changes::expire(tx, notices, now, kExpiredAtOnce);
    };
    write<Erased>(database_, work, [this](const Result<Erased>& erased) {
        expiring_ = false;
        if (erased) return finish_expiry(*erased);
        log::error("devices that were never heard cannot be erased", {{"reason", erased.error().message}});
    });
}

void DeviceService::finish_expiry(const std::vector<domain::Device>& erased) {
    for (const auto& device : erased) {
        log::info("a device is erased that was not heard within its timeout", {{"device", device.id}});
        say_gone(device);
    }
    if (!erased.empty()) tell_pushes();
}

}  // namespace cellwise::app
