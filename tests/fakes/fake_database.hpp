// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/assert.hpp"
#include "cellwise/ports/database.hpp"

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace cellwise::fakes {

/// Devices and registrations in memory; commits are held back until the test says so. Reads see what was committed.
class FakeDatabase final : public ports::Database {
 public:
    struct State {
        std::map<DeviceId, domain::Device> devices{};
        std::map<DeviceId, domain::Registration> registrations{};
        std::vector<domain::TimelineEntry> timeline{};
    };

    State committed{};
    std::size_t reads = 0;
    std::size_t writes = 0;              ///< calls of write()
    std::optional<Error> read_error{};   ///< every read fails with it
    std::optional<Error> write_error{};  ///< every write fails with it at its commit

    void write(Work work, Done done) override {
        ++writes;
        queue_.emplace_back(std::move(work), std::move(done));
    }
    Status read(const Work& work) override {
        ++reads;
        if (read_error) return *read_error;
        FakeTransaction tx(committed, Access::ReadOnly);
        return work(tx);
    }

    std::size_t pending() const { return queue_.size(); }

    /// Makes everything that waits durable, in order; then tells the callers.
    void commit() {
        std::deque<std::pair<Done, Status>> results;
        while (!queue_.empty()) {
            auto [work, done] = std::move(queue_.front());
            queue_.pop_front();
            results.emplace_back(std::move(done), run(work));
        }
        for (auto& [done, status] : results) done(status);
    }
    /// What waits is lost, as when the process is killed.
    void crash() { queue_.clear(); }

 private:
    enum class Access { ReadOnly, ReadWrite };

    static Status refused() { return internal_error("fake.read_only", "a write inside a read"); }

    class Devices final : public ports::DeviceStore {
     public:
        Devices(State& state, Access access) : state_(state), access_(access) {}
        Status insert(const domain::Device& device) override { return save(device); }
        Status save(const domain::Device& device) override {
            if (access_ == Access::ReadOnly) return refused();
            state_.devices[device.id] = device;
            return {};
        }
        Result<bool> erase(const DeviceId& id) override {
            if (access_ == Access::ReadOnly) return refused().error();
            state_.registrations.erase(id);
            return state_.devices.erase(id) > 0;
        }
        Result<std::optional<domain::Device>> find(const DeviceId& id) override {
            const auto it = state_.devices.find(id);
            return it == state_.devices.end() ? std::nullopt : std::optional(it->second);
        }
        Result<std::vector<std::optional<ports::DeviceOwner>>> owners(std::span<const DeviceId>) override {
            return unused<std::vector<std::optional<ports::DeviceOwner>>>();
        }
        Result<std::optional<domain::Device>> find_by_node_id(std::string_view node_id) override {
            for (const auto& [id, device] : state_.devices) {
                if (device.node_id == node_id) return std::optional(device);
            }
            return std::optional<domain::Device>{};
        }
        Result<ports::Page<domain::Device>> list(const ports::DeviceFilter&, const ports::PageRequest&) override {
            return unused<ports::Page<domain::Device>>();
        }
        Result<std::int64_t> count(const ports::DeviceFilter&) override { return unused<std::int64_t>(); }
        Status record_version(const DeviceId&, const domain::Version&) override { return refused(); }
        Result<std::int64_t> erase_remains(std::uint32_t) override { return unused<std::int64_t>(); }
        Status save_details(const domain::DeviceDetails&) override { return refused(); }
        Result<std::optional<domain::DeviceDetails>> find_details(const DeviceId&) override {
            return unused<std::optional<domain::DeviceDetails>>();
        }
        Result<std::vector<domain::DeviceDetails>> expired(Timestamp, std::uint32_t) override {
            return unused<std::vector<domain::DeviceDetails>>();
        }

     private:
        State& state_;
        Access access_;
    };

    class Registrations final : public ports::RegistrationStore {
     public:
        Registrations(State& state, Access access) : state_(state), access_(access) {}
        Status save(const domain::Registration& registration) override {
            if (access_ == Access::ReadOnly) return refused();
            CELLWISE_ASSERT(state_.devices.contains(registration.device));  // a foreign key in the real one
            state_.registrations[registration.device] = registration;
            return {};
        }
        Result<bool> erase(const DeviceId& device) override {
            if (access_ == Access::ReadOnly) return refused().error();
            return state_.registrations.erase(device) > 0;
        }
        Result<std::optional<domain::Registration>> find(const RegistrationId& id) override {
            return find_if([&](const domain::Registration& row) { return row.id == id; });
        }
        Result<std::optional<domain::Registration>> find_by_device(const DeviceId& device) override {
            return find_if([&](const domain::Registration& row) { return row.device == device; });
        }
        Result<std::optional<domain::Registration>> find_by_token(const domain::ObservationToken& token) override {
            return find_if([&](const domain::Registration& row) { return row.observation == token; });
        }
        Result<std::int64_t> count_live(Timestamp) override { return unused<std::int64_t>(); }

     private:
        template <class Match>
        std::optional<domain::Registration> find_if(const Match& match) const {
            for (const auto& [device, row] : state_.registrations) {
                if (match(row)) return row;
            }
            return std::nullopt;
        }
        State& state_;
        Access access_;
    };

    class Timeline final : public ports::TimelineStore {
     public:
        Timeline(State& state, Access access) : state_(state), access_(access) {}
        Status append(const domain::TimelineEntry& entry) override {
            if (access_ == Access::ReadOnly) return refused();
            if (state_.devices.contains(entry.device)) state_.timeline.push_back(entry);
            return {};
        }
        Result<ports::Page<domain::TimelineEntry>> list(const DeviceId&, const ports::PageRequest&) override {
            return unused<ports::Page<domain::TimelineEntry>>();
        }
        Result<std::int64_t> erase_before(Timestamp, std::uint32_t) override { return unused<std::int64_t>(); }

     private:
        State& state_;
        Access access_;
    };

    class FakeTransaction final : public ports::Transaction {
     public:
        FakeTransaction(State& state, Access access)
            : devices_(state, access), registrations_(state, access), timeline_(state, access) {}
        ports::DeviceStore& devices() override { return devices_; }
        ports::RegistrationStore& registrations() override { return registrations_; }
        ports::ProductStore& products() override { return unused<ports::ProductStore&>(); }
        ports::KeyStore& keys() override { return unused<ports::KeyStore&>(); }
        ports::PackageStore& packages() override { return unused<ports::PackageStore&>(); }
        ports::GroupStore& groups() override { return unused<ports::GroupStore&>(); }
        ports::TaskStore& tasks() override { return unused<ports::TaskStore&>(); }
        ports::JobStore& jobs() override { return unused<ports::JobStore&>(); }
        ports::ApplicationStore& applications() override { return unused<ports::ApplicationStore&>(); }
        ports::TokenStore& tokens() override { return unused<ports::TokenStore&>(); }
        ports::SubscriptionStore& subscriptions() override { return unused<ports::SubscriptionStore&>(); }
        ports::OutboxStore& outbox() override { return unused<ports::OutboxStore&>(); }
        ports::UplinkStore& uplinks() override { return unused<ports::UplinkStore&>(); }
        ports::CommandStore& commands() override { return unused<ports::CommandStore&>(); }
        ports::OperatorStore& operators() override { return unused<ports::OperatorStore&>(); }
        ports::AuditStore& audit() override { return unused<ports::AuditStore&>(); }
        ports::AnswerStore& answers() override { return unused<ports::AnswerStore&>(); }
        ports::TimelineStore& timeline() override { return timeline_; }
        ports::RadioReportStore& radio_reports() override { return unused<ports::RadioReportStore&>(); }
        ports::DownloadTokenStore& download_tokens() override { return unused<ports::DownloadTokenStore&>(); }

     private:
        Devices devices_;
        Registrations registrations_;
        Timeline timeline_;
    };

    template <class T>
    [[noreturn]] static T unused() {
        assertion_failed("a store that this fake has not", __FILE__, __LINE__);
    }

    Status run(const Work& work) {
        if (write_error) return *write_error;
        auto next = committed;
        FakeTransaction tx(next, Access::ReadWrite);
        const auto status = work(tx);
        if (status) committed = std::move(next);
        return status;
    }

    std::deque<std::pair<Work, Done>> queue_;
};

}  // namespace cellwise::fakes
