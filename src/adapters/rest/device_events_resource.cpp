// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"

namespace cellwise::rest::devices {
namespace {

using domain::TimelineEntry;

void write(json::Writer& out, const TimelineEntry& entry) {
    out.begin_object().field("number", entry.number).field("at", to_rfc3339(entry.at));
    out.field("kind", to_string(entry.kind)).field("taskId", or_null(entry.task)).field("jobId", or_null(entry.job));
    out.field("state", or_null(entry.state)).field("detail", or_null(printable(entry.detail))).end_object();
}

}  // namespace

void list_events(Call call) {
    const auto unknown = missing(call, "device.not_found", "there is no such device");
    const auto id = path_id<DeviceId>(call, unknown);
    if (!id) return refuse(call.respond, id.error());
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    const auto timeline = [&](ports::Transaction& tx) -> Result<ports::Page<TimelineEntry>> {
        const auto device = tx.devices().find(*id);
        if (!device) return device.error();
        if (!*device) return unknown;
        return tx.timeline().list(*id, *page);
    };
    reply_list<TimelineEntry>(call, timeline, alone(write));
}

}  // namespace cellwise::rest::devices
