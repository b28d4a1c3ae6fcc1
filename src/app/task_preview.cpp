// SPDX-License-Identifier: Apache-2.0
#include "app/task_preview.hpp"

#include "app/device_selection.hpp"
#include "app/task_checks.hpp"
#include "app/transact.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Device;
using ports::Transaction;

constexpr std::int64_t kMostExamined = 5'000;
constexpr std::uint32_t kDevicesPerRead = 250;

/// The devices that one read looks at.
struct Piece {
    std::vector<Device> devices{};
    std::vector<DeviceId> unknown{};
    std::string next{};
    bool is_last = false;
};

class Previewer {
 public:
    Previewer(ports::Database& database, const NewTask& request, const domain::CoverageRanges& ranges,
              const Moment& moment)
        : database_(database), request_(request), ranges_(ranges), moment_(moment) {}

    Result<TaskPreview> run() {
        if (auto checked = check(); !checked) return checked.error();
        std::string cursor;
        bool is_last = false;
        while (!is_last && preview_.examined < kMostExamined) {
            const auto piece = read<Piece>(database_, [&](Transaction& tx) { return examine(tx, cursor); });
            if (!piece) return piece.error();
            cursor = piece->next;
            is_last = piece->is_last;
        }
        preview_.devices = preview_.examined;
        if (!is_last) {
            const auto total = read<std::int64_t>(database_, [&](Transaction& tx) { return count(tx); });
            if (!total) return total.error();
            preview_.devices = std::max(*total, preview_.examined);
        }
        return std::move(preview_);
    }

 private:
    ports::Database& database_;
    const NewTask& request_;
    const domain::CoverageRanges& ranges_;
    Moment moment_;
    TaskPreview preview_{};
    std::optional<CheckedTask> checked_{};
    bool is_supported_ = false;
    std::unordered_set<DeviceId> seen_{};  ///< a device may be named twice, or be in two groups

    Status check() {
        auto request = request_;
        request.targets.devices.clear();  // those that cannot are counted, not refused
        auto found = read<CheckedTask>(database_, [&](Transaction& tx) -> Result<CheckedTask> {
            auto checked = check_new_task(tx, request);
            if (!checked) return checked;
            const auto product = tx.products().find(checked->product);
            if (!product) return product.error();
            is_supported_ = *product && (*product)->supports_software_upgrade;
            return checked;
        });
        if (!found) return found.error();
        checked_ = std::move(*found);
        return {};
    }

    /// Groups and lists may name devices of other models; "all" and filters name none.
    TargetWalk walk() const {
        return {.app = request_.app, .targets = request_.targets, .model = checked_->product, .moment = moment_};
    }

    Result<Piece> next_piece(Transaction& tx, const std::string& cursor) const {
        Piece piece;
        if (request_.targets.devices.empty()) {
            auto found = next_devices(tx, walk(), cursor, kDevicesPerRead);
            if (!found) return found.error();
            piece.devices = std::move(found->first);
            piece.next = std::move(found->second);
            piece.is_last = piece.next.empty();
            return piece;
        }
        const auto& named = request_.targets.devices;
        auto place = cursor.empty() ? std::size_t{0} : std::stoul(cursor);
        const auto end = std::min(named.size(), place + kDevicesPerRead);
        for (; place < end; ++place) {
            auto device = tx.devices().find(named[place]);
            if (!device) return device.error();
            const bool known = *device && (request_.app.empty() || (*device)->app == request_.app);
            if (known) {
                piece.devices.push_back(std::move(**device));
            } else {
                piece.unknown.push_back(named[place]);
            }
        }
        piece.next = std::to_string(place);
        piece.is_last = place == named.size();
        return piece;
    }

    Result<Piece> examine(Transaction& tx, const std::string& cursor) {
        auto piece = next_piece(tx, cursor);
        if (!piece) return piece;
        for (const auto& id : piece->unknown) {
            if (!seen_.insert(id).second) continue;
            ++preview_.examined;
            preview_.unknown.add(id);
        }
        for (const auto& device : piece->devices) {
            if (!seen_.insert(device.id).second) continue;
            ++preview_.examined;
            if (auto judged = judge(tx, device); !judged) return judged.error();
        }
        return piece;
    }

    Status judge(Transaction& tx, const Device& device) {
        if (device.product != checked_->product) return preview_.other_model.add(device.id), Status{};
        if (!is_supported_) return preview_.unsupported.add(device.id), Status{};
        const auto running = tx.jobs().find_running(device.id);
        if (!running) return running.error();
        if (*running) return preview_.busy.add(device.id), Status{};
        const auto& description = checked_->package.description;
        if (device.software_version.empty()) {
            preview_.never_said.add(device.id);
        } else if (device.software_version == description.version) {
            return preview_.at_target.add(device.id), Status{};
        } else if (!domain::accepts_source_version(description.source_versions, device.software_version)) {
            return preview_.wrong_source.add(device.id), Status{};
        }
        ++preview_.startable;
        return place_in_cell(tx, device);
    }

    Status place_in_cell(Transaction& tx, const Device& device) {
        const auto registration = tx.registrations().find_by_device(device.id);
        if (!registration) return registration.error();
        if (!*registration || !(*registration)->radio.cell) return ++preview_.no_report, Status{};
        const auto& radio = (*registration)->radio;
        ++preview_.cells[{*radio.cell, domain::classify(radio, ranges_)}];
        return {};
    }

    /// How many the targets name, by the indexes alone: not which of them are named twice, or are online.
    Result<std::int64_t> count(Transaction& tx) const {
        const auto& targets = request_.targets;
        if (!targets.devices.empty()) return static_cast<std::int64_t>(targets.devices.size());
        if (targets.groups.empty()) {
            ports::DeviceFilter filter{.product = targets.product ? targets.product : checked_->product};
            if (!request_.app.empty()) filter.app = request_.app;
            return tx.devices().count(filter);
        }
        std::int64_t total = 0;
        for (const auto& name : targets.groups) {
            const auto group = tx.groups().find_by_name(request_.app, name);
            if (!group) return group.error();
            if (!*group) continue;
            const auto members = tx.devices().count(members_of(**group).filter);
            if (!members) return members.error();
            total += *members;
        }
        return total;
    }
};

}  // namespace

Result<TaskPreview> preview_task(ports::Database& database, const NewTask& request,
                                 const domain::CoverageRanges& ranges, const Moment& moment) {
    return Previewer(database, request, ranges, moment).run();
}

}  // namespace cellwise::app
