// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/timeline_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

#include <limits>

namespace cellwise::sqlite {
namespace {

using domain::TimelineEntry;

const std::string kNext =
    "SELECT coalesce((SELECT number FROM device_events WHERE device = ? ORDER BY number DESC LIMIT 1), 0) + 1"
    " FROM devices WHERE id = ?";
const std::string kAppend =
    "INSERT INTO device_events (device, number, at, kind, task, job, state, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
// The numbers of a device have no gap but at their lower end, so this finds one row at most.
const std::string kDropOld = "DELETE FROM device_events WHERE device = ? AND number <= ?";
const std::string kList =
    "SELECT number, device, number, at, kind, task, job, state, detail FROM device_events"
    " WHERE device = ? AND number < ? ORDER BY number DESC LIMIT ? OFFSET ?";
const std::string kEraseBefore =
    "DELETE FROM device_events WHERE (device, number) IN"
    " (SELECT device, number FROM device_events WHERE at < ? ORDER BY at LIMIT ?)";

TimelineEntry read_entry(Query& row) {
    return {.device = row.id<DeviceId>(),
            .number = row.integer(),
            .at = row.time(),
            .kind = row.named(domain::parse_timeline_kind),
            .task = row.id<TaskId>(),
            .job = row.id<JobId>(),
            .state = row.text(),
            .detail = row.text()};
}

}  // namespace

Status TimelineStore::append(const TimelineEntry& entry) try {
    std::int64_t number = 0;
    {
        Query row(connection_, kNext, entry.device, entry.device);
        if (!row.next()) return {};
        number = row.integer();
    }
    Query(connection_, kAppend, entry.device, number, entry.at, to_string(entry.kind), entry.task, entry.job,
          entry.state, entry.detail)
        .run();
    Query(connection_, kDropOld, entry.device, number - domain::kLongestTimeline).run();
    return {};
} catch (...) {
    return caught();
}

Result<ports::Page<TimelineEntry>> TimelineStore::list(const DeviceId& device, const ports::PageRequest& page) try {
    const auto after = parse_sequence_cursor(page.after);
    if (!after) return after.error();
    const auto before = page.after.empty() ? std::numeric_limits<std::int64_t>::max() : *after;
    Query rows(connection_, kList, device, before);
    return read_page(rows, page, read_entry);
} catch (...) {
    return caught();
}

Result<std::int64_t> TimelineStore::erase_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseBefore, before, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
