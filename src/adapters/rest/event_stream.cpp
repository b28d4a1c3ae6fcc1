// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/event_stream.hpp"

#include "adapters/rest/live_views.hpp"
#include "adapters/rest/views.hpp"

#include <utility>

namespace cellwise::rest {
namespace {

using app::LiveEvent;

void write_event(std::string& out, std::string_view name, std::string_view data, std::string_view id = {}) {
    if (!id.empty()) out.append("id: ").append(id).append("\n");
    out.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
}

std::string text_of(const domain::Task& task) {
    return json_of([&](json::Writer& out) {
        out.begin_object().field("taskId", task.id).field("name", task.name).field("state", to_string(task.state));
        write_counters(out, task.counters);
        out.field("startedAt", to_rfc3339(task.started_at)).field("stoppedAt", to_rfc3339(task.stopped_at));
        out.end_object();
    });
}

struct EventWriter {
    std::string& out;
    std::string id;

    void operator()(const app::TaskChanged& changed) const { write_event(out, "task", text_of(changed.task), id); }
    void operator()(const app::TaskErased& erased) const {
        const auto data = json_of([&](json::Writer& json) {
            json.begin_object().field("taskId", erased.task).field("erased", true).end_object();
        });
        write_event(out, "task", data, id);
    }
    /// One event a job. The last bears the id: a client that saw only some of them is told all again.
    void operator()(const app::JobsChanged& changed) const {
        for (const auto& job : changed.jobs) {
            const bool last = &job == &changed.jobs.back();
            write_event(out, "job", json_of([&](json::Writer& json) { write_job(json, job); }),
                        last ? std::string_view(id) : std::string_view{});
        }
    }
    void operator()(const app::CellsChanged& changed) const {
        const auto data = json_of([&](json::Writer& json) {
            json.begin_object().key("items").begin_array();
            for (const auto& usage : changed.usages) write_usage(json, usage);
            json.end_array().end_object();
        });
        write_event(out, "cells", data, id);
    }
    void operator()(const app::TooMuchChanged&) const { write_event(out, "resync", "{}", id); }
};

}  // namespace

EventStream::EventStream(const app::EventHub& hub, std::unique_ptr<app::EventHub::Watcher> watcher,
                         ports::Clock& clock, Allowed allowed)
    : hub_(hub), watcher_(std::move(watcher)), clock_(clock), allowed_(std::move(allowed)), asked_at_(clock.now()) {}

ports::BodyStream::Next EventStream::next(std::string& out) {
    // The first bytes tell the client that it is connected, before anything has happened.
    if (!std::exchange(greeted_, true)) out.append("retry: 3000\n\n");
    if (const auto now = clock_.now(); now - asked_at_ >= kAskAgainAfter) {
        asked_at_ = now;
        if (!allowed_()) return Next::End;
    }
    const auto batch = watcher_->take();
    if (batch.over) return Next::End;
    write(out, batch);
    return out.empty() ? Next::Nothing : Next::Piece;
}

void EventStream::write(std::string& out, const app::EventHub::Batch& batch) const {
    if (batch.gap) write_event(out, "resync", "{}", hub_.id_of(batch.number));
    for (const auto& event : batch.events) std::visit(EventWriter{out, hub_.id_of(event->number)}, event->what);
    if (batch.heartbeat) out.append(":\n\n");
}

}  // namespace cellwise::rest
