// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"

namespace cellwise::rest::audit {
namespace {

using domain::AuditEntry;
using domain::AuditOutcome;

void write(json::Writer& out, const AuditEntry& entry) {
    out.begin_object().field("sequence", entry.sequence).field("at", to_rfc3339(entry.at));
    out.key("actor").begin_object().field("kind", to_string(entry.actor.kind));
    out.field("id", or_null(entry.actor.id)).field("name", or_null(entry.actor.name)).end_object();
    out.field("action", entry.action).field("target", or_null(entry.target));
    out.field("summary", or_null(entry.summary)).field("address", or_null(entry.address));
    out.field("clientSubject", or_null(entry.client_subject));
    out.field("outcome", to_string(entry.outcome));
    out.field("status", entry.status != 0 ? std::optional(entry.status) : std::nullopt);
    out.field("code", or_null(entry.code));
    const bool unknown = entry.outcome == AuditOutcome::Unknown;
    out.field("detail", unknown ? std::optional<std::string_view>("unknown: the daemon stopped") : std::nullopt);
    out.field("endedAt", to_rfc3339(entry.ended_at)).end_object();
}

Result<std::optional<Timestamp>> query_time(const ports::HttpRequest& request, const char* name) {
    const auto written = request.query_value(name);
    if (!written) return std::optional<Timestamp>{};
    if (const auto at = parse_rfc3339(*written)) return std::optional(*at);
    return invalid("request.query.invalid", name, std::string(name) + " must be an RFC 3339 time",
                   std::string(*written));
}

std::optional<std::string> query_text(const ports::HttpRequest& request, const char* name) {
    const auto written = request.query_value(name);
    return written ? std::optional<std::string>(*written) : std::nullopt;
}

}  // namespace

void list(Call call) {
    const auto page = page_of(call.request, {"actor", "target", "action", "from", "to"});
    if (!page) return refuse(call.respond, page.error());
    const auto from = query_time(call.request, "from");
    if (!from) return refuse(call.respond, from.error());
    const auto to = query_time(call.request, "to");
    if (!to) return refuse(call.respond, to.error());
    const ports::AuditFilter filter{.actor = query_text(call.request, "actor"),
                                    .target = query_text(call.request, "target"),
                                    .action = query_text(call.request, "action"),
                                    .from = *from,
                                    .to = *to};
    reply_list<AuditEntry>(
        call, [&](ports::Transaction& tx) { return tx.audit().list(filter, *page); }, alone(write));
}

}  // namespace cellwise::rest::audit
