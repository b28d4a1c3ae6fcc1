// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/resources.hpp"
#include "adapters/rest/task_body.hpp"
#include "adapters/rest/views.hpp"
#include "app/task_preview.hpp"
#include "app/task_service.hpp"

#include <algorithm>
#include <vector>

namespace cellwise::rest::tasks {
namespace {

using app::TaskPreview;
using domain::CellKey;

constexpr std::size_t kMostCells = 100;

/// From the devices that were looked at to all of them.
class Scale {
 public:
    explicit Scale(const TaskPreview& preview) : all_(preview.devices), examined_(preview.examined) {}

    std::int64_t operator()(std::int64_t count) const {
        return all_ == examined_ || examined_ == 0 ? count : (count * all_ + examined_ / 2) / examined_;
    }

 private:
    std::int64_t all_;
    std::int64_t examined_;
};

struct Cell {
    CellKey key;
    std::int64_t devices = 0;
    std::int64_t limit = 0;
    /// How often as many as are let in at once have to upgrade until all have.
    std::int64_t rounds() const { return (devices + limit - 1) / limit; }
};

std::vector<Cell> cells_of(const TaskPreview& preview, const domain::SlotLimits& limits, const Scale& scale) {
    std::vector<Cell> cells;
    for (const auto& [key, devices] : preview.cells) {
        cells.push_back({key, std::max<std::int64_t>(scale(devices), 1), std::max(limits.of(key.coverage), 1U)});
    }
    std::stable_sort(cells.begin(), cells.end(),
                     [](const Cell& a, const Cell& b) { return a.rounds() > b.rounds(); });
    return cells;
}

void write_devices(json::Writer& out, std::string_view name, const app::PreviewedDevices& devices,
                   const Scale& scale) {
    out.key(name).begin_object().field("count", scale(devices.count)).key("deviceIds").begin_array();
    for (const auto& device : devices.some) out.value(device);
    out.end_array().end_object();
}

void write_cells(json::Writer& out, const std::vector<Cell>& cells) {
    out.key("cells").begin_array();
    for (std::size_t i = 0; i < std::min(cells.size(), kMostCells); ++i) {
        const auto& cell = cells[i];
        out.begin_object().field("cell", cell.key.cell.text).field("coverageClass", to_string(cell.key.coverage));
        out.field("devices", cell.devices).field("limit", cell.limit).field("rounds", cell.rounds()).end_object();
    }
    out.end_array().field("cellCount", cells.size());
}

std::string show(const TaskPreview& preview, const domain::SlotLimits& limits) {
    const Scale scale(preview);
    const auto cells = cells_of(preview, limits, scale);
    json::Writer out;
    out.begin_object().field("devices", preview.devices).field("examined", preview.examined);
    out.field("estimate", preview.is_estimate()).field("startable", scale(preview.startable));
    out.key("cannot").begin_object();
    write_devices(out, "unknown", preview.unknown, scale);
    write_devices(out, "otherModel", preview.other_model, scale);
    write_devices(out, "unsupported", preview.unsupported, scale);
    write_devices(out, "busy", preview.busy, scale);
    write_devices(out, "wrongSourceVersion", preview.wrong_source, scale);
    out.end_object();
    write_devices(out, "alreadyAtTarget", preview.at_target, scale);
    write_devices(out, "versionUnknown", preview.never_said, scale);
    write_cells(out, cells);
    out.field("cellUnknown", scale(preview.no_report));
    out.field("rounds", cells.empty() ? 0 : cells.front().rounds()).end_object();
    return out.take();
}

}  // namespace

/// Looked up on the thread that the request came on; only the limits of the moment are the loop's.
void preview(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    const auto task = read_new_task(*body);
    if (!task) return refuse(call.respond, task.error());
    auto& services = call.services;
    auto found = app::preview_task(services.database, *task, services.tasks.ranges(), services.tasks.moment());
    if (!found) return refuse(call.respond, found.error());
    services.loop.post([&tasks = services.tasks, found = std::move(*found), respond = call.respond] {
        reply(respond, 200, show(found, tasks.slot_limits()));
    });
}

}  // namespace cellwise::rest::tasks
