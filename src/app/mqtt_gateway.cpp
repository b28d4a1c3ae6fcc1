// SPDX-License-Identifier: Apache-2.0
#include "app/mqtt_gateway.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/base/log.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

/// Minutes are fine enough for people, and spare a commit for every report.
constexpr Duration kSeenGrain = 15min;
constexpr Duration kProfileAge = 60s;
constexpr std::size_t kRowsPerTick = 1'000;
constexpr std::size_t kProfiles = 1'000;

}  // namespace

MqttGateway::MqttGateway(const Needs& needs, const Options& options)
    : database_(needs.database),
      clock_(needs.clock),
      loop_(needs.loop),
      downlink_(needs.downlink),
      presence_(needs.presence),
      options_(options),
      online_(needs.metrics.gauge("cellwise_mqtt_devices_online", "MQTT devices that are logged in at the broker")),
      strangers_(needs.metrics.counter("cellwise_mqtt_strangers_total",
                                       "Reports from names at the broker that are no device's, or too many")) {}

// Who is there. ---------------------------------------------------------------------------------------------------

MqttGateway::Session* MqttGateway::find(std::string_view name) {
    const auto found = sessions_.find(std::string(name));
    return found == sessions_.end() ? nullptr : found->second.get();
}

Result<std::optional<domain::Device>> MqttGateway::device_named(std::string_view name) {
    std::optional<domain::Device> device;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        if (const auto id = DeviceId::parse(name)) {
            auto found = tx.devices().find(*id);
            if (!found) return found.error();
            device = std::move(*found);
        }
        if (device) return Status{};
        auto found = tx.devices().find_by_node_id(name);
        if (!found) return found.error();
        device = std::move(*found);
        return Status{};
    });
    if (read) return device;
    log::error("a device cannot be read", {{"name", name}, {"reason", read.error().message}});
    return read.error();
}

MqttGateway::Session* MqttGateway::open(std::string_view name) {
    if (auto* known = find(name)) return known;
    if (sessions_.size() >= options_.max_online) {
        strangers_.add();
        return nullptr;
    }
    const auto found = device_named(name);
    if (!found || !*found) {
        strangers_.add();
        return nullptr;
    }
    const auto& device = *found;
    // One that logs in by its id and by its node id is one device: the newer name is where it listens.
    if (const auto other = by_device_.find(device->id); other != by_device_.end()) {
        drop(std::string(other->second->name));
    }
    auto session = std::make_unique<Session>(Session{.name = std::string(name),
                                                     .device = device->id,
                                                     .product = device->product,
                                                     .listens_at = clock_.now(),
                                                     .seen_saved_at = device->last_seen_at});
    auto* const opened = session.get();
    by_device_.emplace(device->id, opened);
    sessions_.emplace(opened->name, std::move(session));
    presence_.began(opened->device);
    return opened;
}

void MqttGateway::close(std::string_view name) {
    const auto* const session = find(name);
    if (session == nullptr) return;
    const auto now = clock_.now();
    presence_.ended(session->device, now);
    if (!session->seen_saved_at || now - *session->seen_saved_at >= MqttPresence::kGrace) {
        unsaved_[session->device].seen_at = now;
    }
    drop(name);
}

void MqttGateway::drop(std::string_view name) {
    const auto found = sessions_.find(std::string(name));
    if (found == sessions_.end()) return;
    stop_waiting(*found->second);
    by_device_.erase(found->second->device);
    sessions_.erase(found);
}

/// For its next report: when it comes back it is asked for again.
void MqttGateway::stop_waiting(Session& session) {
    if (!session.radio_waits) return;
    loop_.post([answer = std::exchange(session.radio_waits, {})] { answer(ports::DeliveryOutcome::Asleep, {}); });
}

void MqttGateway::on_link(bool up) {
    log::info(up ? "broker linked" : "broker lost");
    if (up) return;
    presence_.ended_all(clock_.now());
    for (auto& [name, session] : sessions_) stop_waiting(*session);
    sessions_.clear();
    by_device_.clear();
    settling_.clear();
}

void MqttGateway::on_online(std::string_view name, bool fresh) {
    auto* const session = open(name);
    if (session == nullptr) return refuse_stranger(name);
    note_seen(*session);
    if (fresh) {
        session->fresh = true;
        session->announced = false;
        session->listens_at = clock_.now() + options_.settle;
        settling_.emplace_back(session->listens_at, session->name);
    } else if (!session->announced) {
        announce(*session);
    }
}

void MqttGateway::on_offline(std::string_view name) { close(name); }

/// A session of nobody: its device was deleted, or renamed, while the broker could not be told.
void MqttGateway::refuse_stranger(std::string_view name) {
    if (sessions_.size() >= options_.max_online) return;  // it may be somebody
    const auto device = device_named(name);
    if (device && !*device) downlink_.end_session(name);
}

void MqttGateway::shut_out(const domain::Device& former) {
    for (const auto& name : {former.id.str(), former.node_id}) {
        if (!domain::mqtt::is_device_name(name)) continue;
        // A node id may be the id, or by now the name, of another device, whose session it then is.
        const auto owner = device_named(name);
        if (owner && *owner && (*owner)->id != former.id) continue;
        downlink_.end_session(name);
    }
}

void MqttGateway::forget(const DeviceId& device) {
    const auto found = by_device_.find(device);
    if (found != by_device_.end()) drop(std::string(found->second->name));
    unsaved_.erase(device);
    presence_.forget(device);
}

// What they say. --------------------------------------------------------------------------------------------------

void MqttGateway::on_heard(std::string_view name) {
    auto* const session = open(name);  // whatever the broker told of its presence: it is there
    if (session == nullptr) return;
    note_seen(*session);
    if (clock_.now() < session->listens_at) return;
    announce(*session);
}

/// A session that began is told of once, by whatever comes first: its first word or the next tick.
void MqttGateway::announce(Session& session) {
    const bool began = session.fresh && !session.announced;
    session.announced = true;
    began ? upgrades_->on_session(session.device) : upgrades_->on_heard(session.device);
}

void MqttGateway::on_version(std::string_view name, const domain::mqtt::VersionReport& report) {
    const auto* const session = find(name);
    if (session == nullptr || !report.software) return;
    upgrades_->on_version(session->device, domain::mqtt::version_of(*report.software));
}

void MqttGateway::on_progress(std::string_view name, const domain::mqtt::ProgressReport& report) {
    const auto* const session = find(name);
    if (session == nullptr) return;
    domain::ProgressReported told{.result_code = report.result_code, .progress = report.progress};
    if (report.version) told.version = domain::mqtt::version_of(*report.version);
    upgrades_->on_progress(session->device, told);
}

void MqttGateway::on_properties(std::string_view name, std::span<const domain::mqtt::ServiceProperties> report) {
    auto* const session = find(name);
    if (session == nullptr) return;
    const auto fresh = domain::mqtt::radio_of(report, profile_of(session->product));
    if (fresh) take_radio(*session, *fresh);
}

void MqttGateway::take_radio(Session& session, const domain::RadioReport& fresh) {
    if (!session.radio) session.radio = known_radio(session.device);
    const auto before = *session.radio;
    domain::mqtt::lay_over(*session.radio, fresh);
    if (*session.radio != before) unsaved_[session.device].radio = session.radio;
    // By its cell a device is counted; a restart that has forgotten it would count it elsewhere.
    if (session.radio->cell != before.cell) save();
    if (session.radio_waits) say_radio(std::exchange(session.radio_waits, {}), *session.radio);
}

void MqttGateway::on_uplink(std::string_view name, ByteView payload) {
    if (const auto* const session = find(name)) upgrades_->on_report(session->device, payload);
}

const domain::MqttProfile& MqttGateway::profile_of(const ProductId& product) {
    auto found = profiles_.find(product);
    const auto now = clock_.now();
    if (found != profiles_.end() && now - found->second.read_at < kProfileAge) return found->second.profile;
    Profile fresh{.read_at = now};
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        auto row = tx.products().find(product);
        if (!row) return row.error();
        if (*row) fresh.profile = std::move((*row)->mqtt);
        return Status{};
    });
    if (!read) log::error("a product cannot be read", {{"product", product}, {"reason", read.error().message}});
    if (found == profiles_.end() && profiles_.size() >= kProfiles) profiles_.clear();
    return profiles_.insert_or_assign(product, std::move(fresh)).first->second.profile;
}

// What they are told. ---------------------------------------------------------------------------------------------

MqttGateway::Session* MqttGateway::listening(const DeviceId& device) {
    const auto found = by_device_.find(device);
    if (found == by_device_.end() || !downlink_.is_linked()) return nullptr;
    return clock_.now() < found->second->listens_at ? nullptr : found->second;
}

bool MqttGateway::is_awake(const DeviceId& device) { return listening(device) != nullptr; }

void MqttGateway::say_asleep(Outcome outcome) {
    loop_.post([outcome = std::move(outcome)] { outcome(ports::DeliveryOutcome::Asleep); });
}

void MqttGateway::ask_version(const DeviceId& device, Outcome outcome) {
    const auto* const session = listening(device);
    if (session == nullptr) return say_asleep(std::move(outcome));
    downlink_.query_version(session->name, std::move(outcome));
}

void MqttGateway::send_upgrade(const DeviceId& device, const domain::mqtt::UpgradeNotice& notice, Outcome outcome) {
    const auto* const session = listening(device);
    if (session == nullptr) return say_asleep(std::move(outcome));
    downlink_.send_upgrade(session->name, notice, std::move(outcome));
}

void MqttGateway::read_radio(const DeviceId& device, RadioAnswer answer) {
    const auto found = by_device_.find(device);
    auto report = found != by_device_.end() && found->second->radio ? *found->second->radio : known_radio(device);
    if (!report.cell) {
        const auto read = database_.read([&](ports::Transaction& tx) -> Status {
            const auto details = tx.devices().find_details(device);
            if (!details) return details.error();
            if (*details) report.cell = domain::CellId::parse((*details)->cell);
            return Status{};
        });
        if (!read)
            log::error("a device's cell cannot be read", {{"device", device}, {"reason", read.error().message}});
    }
    if (found != by_device_.end() && report == domain::RadioReport{} && may_have_told_its_radio(*found->second)) {
        stop_waiting(*found->second);
        found->second->radio_waits = std::move(answer);
        return;
    }
    say_radio(std::move(answer), report);
}

bool MqttGateway::may_have_told_its_radio(const Session& session) const {
    return !session.fresh && clock_.now() - session.listens_at < options_.radio_patience;
}

void MqttGateway::say_radio(RadioAnswer answer, const domain::RadioReport& report) {
    loop_.post([answer = std::move(answer), report] { answer(ports::DeliveryOutcome::Delivered, report); });
}

domain::RadioReport MqttGateway::known_radio(const DeviceId& device) {
    if (const auto found = unsaved_.find(device); found != unsaved_.end() && found->second.radio) {
        return *found->second.radio;
    }
    domain::RadioReport report;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        auto row = tx.radio_reports().find(device);
        if (!row) return row.error();
        if (*row) report = std::move(**row);
        return Status{};
    });
    if (!read) log::error("a radio report cannot be read", {{"device", device}, {"reason", read.error().message}});
    return report;
}

// Time. -----------------------------------------------------------------------------------------------------------

void MqttGateway::note_seen(Session& session) {
    const auto now = clock_.now();
    if (session.seen_saved_at && now - *session.seen_saved_at < kSeenGrain) return;
    session.seen_saved_at = now;
    unsaved_[session.device].seen_at = now;
}

void MqttGateway::tick() {
    const auto now = clock_.now();
    while (!settling_.empty() && settling_.front().first <= now) {
        const auto name = std::move(settling_.front().second);
        settling_.pop_front();
        auto* const session = find(name);
        if (session == nullptr || session->announced || session->listens_at > now) continue;
        announce(*session);
    }
    save();
    presence_.tick(now);
    online_.set(static_cast<double>(sessions_.size()));
}

void MqttGateway::save() {
    if (unsaved_.empty()) return;
    std::vector<std::pair<DeviceId, Soft>> rows;
    while (!unsaved_.empty() && rows.size() < kRowsPerTick) {
        auto row = unsaved_.extract(unsaved_.begin());
        rows.emplace_back(row.key(), std::move(row.mapped()));
    }
    auto work = [rows = std::move(rows)](ports::Transaction& tx) -> Status {
        for (const auto& [id, soft] : rows) {
            if (soft.radio) {
                if (auto saved = tx.radio_reports().save(id, *soft.radio); !saved) return saved;
            }
            if (!soft.seen_at) continue;
            auto device = tx.devices().find(id);
            if (!device) return device.error();
            if (!*device) continue;
            (*device)->last_seen_at = soft.seen_at;
            if (auto saved = tx.devices().save(**device); !saved) return saved;
        }
        return Status{};
    };
    database_.write(std::move(work), [](const Status& status) {
        if (!status) log::error("what MQTT devices said cannot be stored", {{"reason", status.error().message}});
    });
}

}  // namespace cellwise::app
