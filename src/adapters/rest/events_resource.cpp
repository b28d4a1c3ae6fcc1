// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/event_stream.hpp"
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/authenticator.hpp"

#include "cellwise/ports/http_routing.hpp"

namespace cellwise::rest::events {
namespace {

Status check_task(const Services& services, const TaskId& id) {
    return services.database.read([&id](ports::Transaction& tx) -> Status {
        const auto task = tx.tasks().find(id);
        if (!task) return task.error();
        if (!*task) return not_found("task.not_found", "there is no such task", id.str());
        return {};
    });
}

Result<app::EventHub::Wish> wish_of(const ports::HttpRequest& request) {
    if (auto ok = check_query(request, {"taskId"}); !ok) return ok.error();
    const auto task = query_id<TaskId>(request, "taskId", kHex24Rule);
    if (!task) return task.error();
    return app::EventHub::Wish{.task = *task, .last_id = std::string(request.header("Last-Event-ID").value_or(""))};
}

}  // namespace

void watch(Call call) {
    const auto wish = wish_of(call.request);
    if (!wish) return refuse(call.respond, wish.error());
    auto& services = call.services;
    if (wish->task) {
        if (auto found = check_task(services, *wish->task); !found) return refuse(call.respond, found.error());
    }
    auto watcher = services.events->watch(*wish);
    if (!watcher) return refuse(call.respond, watcher.error());
    const auto allowed = [&authenticator = services.authenticator,
                          token = std::string(ports::bearer_token(call.request.headers))] {
        return authenticator.find_operator(token).has_value();
    };
    ports::HttpResponse response{.status = 200};
    response.headers.emplace_back("Content-Type", "text/event-stream");
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
    response.stream = std::make_shared<EventStream>(*services.events, std::move(*watcher), services.clock, allowed);
    call.respond(std::move(response));
}

}  // namespace cellwise::rest::events
