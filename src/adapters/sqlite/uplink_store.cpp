// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/uplink_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using ports::Uplink;

// No foreign key says that the device exists: deleting a device would have to delete all of its uplinks at once.
const std::string kAppend = "INSERT INTO uplinks (device, at, payload) SELECT id, ?, ? FROM devices WHERE id = ?";
const std::string kList =
    "SELECT at || '.' || sequence, device, at, payload FROM uplinks"
    " WHERE device = (SELECT id FROM devices WHERE id = ?) AND (at, sequence) < (?, ?)"
    " ORDER BY at DESC, sequence DESC LIMIT ? OFFSET ?";
const std::string kEraseBefore =
    "DELETE FROM uplinks WHERE sequence IN (SELECT sequence FROM uplinks WHERE at < ? ORDER BY at LIMIT ?)";

Uplink read_uplink(Query& row) { return {.device = row.id<DeviceId>(), .at = row.time(), .payload = row.blob()}; }

}  // namespace

Status UplinkStore::append(const Uplink& uplink) try {
    if (Query(connection_, kAppend, uplink.at, uplink.payload, uplink.device).run() > 0) return {};
    return not_found("device.not_found", "no device bears this id", uplink.device.str());
} catch (...) {
    return caught();
}

Result<ports::Page<Uplink>> UplinkStore::list(const DeviceId& device, const ports::PageRequest& page) try {
    auto at = from_unix_ms(std::numeric_limits<std::int64_t>::max());
    std::int64_t sequence = 0;
    if (!page.after.empty()) {
        const auto cursor = parse_time_cursor(page.after);
        if (!cursor) return cursor.error();
        const auto rest = parse_sequence_cursor(cursor->rest);
        if (!rest) return malformed_cursor(page.after);
        at = cursor->at;
        sequence = *rest;
    }
    Query rows(connection_, kList, device, at, sequence);
    return read_page(rows, page, read_uplink);
} catch (...) {
    return caught();
}

Result<std::int64_t> UplinkStore::erase_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseBefore, before, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
