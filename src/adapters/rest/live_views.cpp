// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/live_views.hpp"

#include "adapters/rest/views.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::rest {

void write_counters(json::Writer& out, const domain::TaskCounters& counters) {
    out.key("counters").begin_object().field("total", counters.total).field("wait", counters.wait);
    out.field("processing", counters.processing).field("success", counters.success).field("fail", counters.fail);
    out.field("stop", counters.stop).field("timeout", counters.timeout).end_object();
}

void write_job(json::Writer& out, const domain::Job& job) {
    out.begin_object().field("jobId", job.id).field("taskId", job.task).field("deviceId", job.device);
    out.field("state", to_string(job.state)).field("status", to_string(domain::status_of(job.state)));
    out.field("detail", or_null(printable(job.detail))).field("timedOut", job.timed_out);
    out.field("failures", job.failures);
    out.field("sourceVersion", or_null(job.source_version.text()));
    out.field("currentVersion", or_null(job.current_version.text()));
    out.field("cell", job.cell ? or_null(job.cell->cell.text) : std::nullopt);
    out.field("coverageClass", job.cell ? std::optional(to_string(job.cell->coverage)) : std::nullopt);
    out.field("holdsSlot", job.holds_slot).field("chunksServed", job.chunks_served);
    out.field("createdAt", to_rfc3339(job.created_at)).field("startedAt", to_rfc3339(job.started_at));
    out.field("endedAt", to_rfc3339(job.ended_at)).end_object();
}

void write_usage(json::Writer& out, const domain::CellLimiter::Usage& usage) {
    out.begin_object().field("cell", or_null(usage.key.cell.text));
    out.field("coverageClass", to_string(usage.key.coverage)).field("inUse", usage.in_use);
    out.field("limit", usage.limit).field("waiting", usage.waiting).end_object();
}

}  // namespace cellwise::rest
