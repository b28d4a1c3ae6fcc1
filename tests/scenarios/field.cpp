// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/field.hpp"

#include "cellwise/base/assert.hpp"

#include <algorithm>

namespace cellwise::scenarios {

namespace pcp = domain::pcp;
using namespace std::chrono_literals;
using pcp::ResultCode;

/// One device: its firmware's upgrade agent, its power, its sleep.
struct Field::Device : std::enable_shared_from_this<Device> {
    enum class Stage { Idle, Downloading, Downloaded, Rebooting, Reporting };

    Field& field;
    DeviceNature nature;
    Record record;
    Stage stage = Stage::Idle;
    bool powered = true;
    Timestamp listens_until{};
    std::optional<pcp::NewVersionNotice> target{};
    std::map<std::uint16_t, Bytes> chunks{};
    std::uint64_t repeat_round = 0;  ///< an older repeat than this has been overtaken

    Device(Field& owner, DeviceNature what) : field(owner), nature(std::move(what)) {
        record.version = nature.version;
    }

    Timestamp now() const { return field.clock_.now(); }
    bool listens() const { return powered && (!nature.sleeps || now() < listens_until); }

    void start() { heartbeat(); }
    void heartbeat() {
        if (powered) uplink(as_bytes("23.5 m3"));
        field.at(now() + nature.heartbeat, [self = shared_from_this()] { self->heartbeat(); });
    }
    void uplink(ByteView payload) {
        listens_until = now() + 20s;
        field.transmit([self = shared_from_this(), bytes = Bytes(payload.begin(), payload.end())] {
            if (self->field.process_ != nullptr) self->field.process_->on_data(self->nature.id, bytes);
        });
    }
    void say(const pcp::DeviceMessage& message) { uplink(pcp::encode(message)); }

    /// Says it now and every 5 s until something else is said or the round is over.
    void say_until_answered(pcp::DeviceMessage message) {
        const auto round = ++repeat_round;
        repeat(round, std::move(message));
    }
    void repeat(std::uint64_t round, pcp::DeviceMessage message) {
        if (round != repeat_round || !powered) return;
        say(message);
        field.at(now() + 5s,
                 [self = shared_from_this(), round, message = std::move(message)] { self->repeat(round, message); });
    }
    void hush() { ++repeat_round; }

    void hear(ByteView payload) {
        ++record.downlinks;
        const auto frame = pcp::find_frame(payload);
        if (!frame) {
            record.commands.emplace_back(as_text(payload));
            record.commands_while_upgrading += stage == Stage::Idle || stage == Stage::Reporting ? 0 : 1;
            return;
        }
        const auto message = pcp::decode_platform_message(*frame);
        CELLWISE_ASSERT(message.has_value());
        std::visit([this](const auto& body) { on(body); }, *message);
    }
    void on(const pcp::QueryVersion&) { say(pcp::VersionReply{ResultCode::Ok, record.version}); }
    void on(const pcp::NewVersionNotice& notice) {
        if (stage == Stage::Rebooting || stage == Stage::Reporting) return say(pcp::NoticeReply{ResultCode::InUse});
        if (target != notice) chunks.clear();
        target = notice;
        field.set_upgrading(*this, true);
        if (stage == Stage::Downloaded) return say_until_answered(pcp::DownloadReport{ResultCode::Ok});
        stage = Stage::Downloading;
        if (nature.answers_notice) say(pcp::NoticeReply{ResultCode::Ok});
        ask_next();
    }
    void ask_next() {
        const auto next = static_cast<std::uint16_t>(chunks.size());
        if (next == target->chunk_count) {
            stage = Stage::Downloaded;
            return say_until_answered(pcp::DownloadReport{ResultCode::Ok});
        }
        if (nature.silent_at_chunk == next) return lose_power();
        ++record.chunk_requests;
        if (was_silent && record.first_chunk_after_silence == 0xFFFF) record.first_chunk_after_silence = next;
        say_until_answered(pcp::ChunkRequest{target->version, next});
    }
    bool was_silent = false;
    void lose_power() {
        nature.silent_at_chunk.reset();
        was_silent = true;
        powered = false;
        hush();
        field.set_upgrading(*this, false);
        field.at(now() + nature.silence, [self = shared_from_this()] {
            self->powered = true;
            self->field.set_upgrading(*self, true);
            self->ask_next();
        });
    }
    void on(const pcp::ChunkReply& reply) {
        if (stage != Stage::Downloading || reply.index != chunks.size()) return;
        if (reply.result != ResultCode::Ok) return give_up();
        chunks[reply.index] = reply.data;
        ask_next();
    }
    void give_up() {
        hush();
        stage = Stage::Idle;
        target.reset();
        chunks.clear();
        field.set_upgrading(*this, false);
    }
    void on(const pcp::DownloadAnswer& answer) {
        if (stage != Stage::Downloaded) return;
        if (answer.result != ResultCode::Ok) return give_up();
        hush();
    }
    void on(const pcp::Execute&) {
        if (stage == Stage::Rebooting || stage == Stage::Reporting) return say(pcp::ExecuteReply{ResultCode::InUse});
        if (stage != Stage::Downloaded) return say(pcp::ExecuteReply{ResultCode::InternalError});
        hush();
        if (nature.answers_execute) say(pcp::ExecuteReply{ResultCode::Ok});
        stage = Stage::Rebooting;
        field.at(now() + 1s, [self = shared_from_this()] { self->install(); });
    }
    void install() {
        ++record.installs;
        record.received.clear();
        for (const auto& [index, data] : chunks)
            record.received.insert(record.received.end(), data.begin(), data.end());
        powered = false;
        if (nature.install_result == ResultCode::Ok) record.version = target->version;
        field.at(now() + 20s, [self = shared_from_this()] {
            self->powered = true;
            self->stage = Stage::Reporting;
            self->field.set_upgrading(*self, false);  // its slot is free as soon as this report is heard
            self->say_until_answered(pcp::UpgradeReport{self->nature.install_result, self->record.version});
        });
    }
    void on(const pcp::UpgradeAnswer&) {
        if (stage == Stage::Reporting) give_up();
    }
};

/// One process's way to the devices. What is sent by a process that is gone arrives all the same, but tells nobody.
class Field::FieldDownlink final : public ports::Downlink {
 public:
    explicit FieldDownlink(Field& field) : field_(field), alive_(std::make_shared<bool>(true)) {}
    ~FieldDownlink() override { *alive_ = false; }

    void send(const DeviceId& id, Bytes payload, Outcome outcome) override {
        auto device = field_.devices_.at(id);
        if (!is_awake(id)) return tell(std::move(outcome), ports::DeliveryOutcome::Asleep, 0ms);
        auto heard = std::make_shared<bool>(false);
        field_.transmit([device, heard, payload = std::move(payload)] {
            if (!device->listens()) return void(++device->record.downlinks_asleep);
            *heard = true;
            device->hear(payload);
        });
        auto& field = field_;
        // The acknowledgement can be lost as well: then nobody knows.
        const bool confirmed = !field_.happens(field_.radio_.loss);
        field_.at(field_.clock_.now() + 3s, [&field, alive = alive_, heard, confirmed, outcome = std::move(outcome)] {
            const auto result =
                *heard && confirmed ? ports::DeliveryOutcome::Delivered : ports::DeliveryOutcome::GaveUp;
            if (*alive && field.process_ != nullptr && outcome) outcome(result);
        });
    }
    void read_radio(const DeviceId& id, RadioAnswer answer) override {
        const auto device = field_.devices_.at(id);
        const bool lost = field_.happens(field_.radio_.loss) || !device->listens();
        auto& field = field_;
        field_.at(field_.clock_.now() + 500ms, [&field, alive = alive_, lost, device, answer = std::move(answer)] {
            if (!*alive || field.process_ == nullptr) return;
            answer(lost ? ports::DeliveryOutcome::GaveUp : ports::DeliveryOutcome::Delivered,
                   lost ? domain::RadioReport{} : device->nature.radio);
        });
    }
    bool is_awake(const DeviceId& id) override {
        const auto found = field_.devices_.find(id);
        if (found == field_.devices_.end()) return false;
        const auto& device = found->second;
        // As a server knows it: by the last uplink, not by the power.
        return !device->nature.sleeps || field_.clock_.now() < device->listens_until;
    }
    void cancel(const DeviceId&) override {}

 private:
    Field& field_;
    std::shared_ptr<bool> alive_;

    void tell(Outcome outcome, ports::DeliveryOutcome result, Duration later) {
        auto& field = field_;
        field_.at(field_.clock_.now() + later, [&field, alive = alive_, result, outcome = std::move(outcome)] {
            if (*alive && field.process_ != nullptr && outcome) outcome(result);
        });
    }
};

void Field::add(DeviceNature nature) {
    auto device = std::make_shared<Device>(*this, nature);
    devices_.emplace(nature.id, device);
    const Duration first{static_cast<std::int64_t>(random_() % 5'000)};
    at(clock_.now() + first, [device] { device->start(); });
}

void Field::report(const DeviceId& device, std::string_view data) { devices_.at(device)->uplink(as_bytes(data)); }

std::unique_ptr<ports::Downlink> Field::make_downlink() { return std::make_unique<FieldDownlink>(*this); }

bool Field::happens(double probability) { return static_cast<double>(random_() % 10'000) < probability * 10'000; }

void Field::transmit(const std::function<void()>& arrive) {
    const int copies = happens(radio_.loss) ? 0 : happens(radio_.duplication) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        const auto spread = (radio_.most_delay - radio_.least_delay).count() + 1;
        const Duration delay{static_cast<std::int64_t>(random_()) % spread};
        at(clock_.now() + radio_.least_delay + delay, arrive);
    }
}

void Field::set_upgrading(Device& device, bool upgrading) {
    if (device.record.upgrading == upgrading) return;
    device.record.upgrading = upgrading;
    const domain::CellKey key{device.nature.radio.cell.value_or(domain::CellId{}),
                              domain::classify(device.nature.radio, domain::CoverageRanges{})};
    auto& count = at_once_[key];
    count += upgrading ? 1 : static_cast<std::uint32_t>(-1);
    most_at_once_[key] = std::max(most_at_once_[key], count);
}

std::optional<Timestamp> Field::next() const {
    return agenda_.empty() ? std::nullopt : std::optional(agenda_.begin()->first);
}

void Field::step() {
    if (agenda_.empty()) return;
    const auto when = agenda_.begin()->first;
    const auto what = std::move(agenda_.begin()->second);
    agenda_.erase(agenda_.begin());
    clock_.set(std::max(clock_.now(), when));
    what();
}

void Field::run_until(Timestamp end, const std::function<void()>& after_each) {
    while (next() && *next() <= end) {
        step();
        after_each();
    }
    clock_.set(std::max(clock_.now(), end));
}

const Field::Record& Field::record(const DeviceId& device) const { return devices_.at(device)->record; }

std::uint32_t Field::most_at_once(const domain::CellKey& key) const {
    const auto found = most_at_once_.find(key);
    return found == most_at_once_.end() ? 0 : found->second;
}

}  // namespace cellwise::scenarios
