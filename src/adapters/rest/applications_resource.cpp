// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/access_service.hpp"

namespace cellwise::rest::applications {
namespace {

using domain::Application;

Error no_such_application(const Call& call) {
    return missing(call, "application.not_found", "there is no such application");
}

void write_members(json::Writer& out, const Application& application) {
    out.field("appId", application.id).field("name", application.name);
    out.field("createdAt", to_rfc3339(application.created_at));
}

void write(json::Writer& out, const Application& application) {
    out.begin_object();
    write_members(out, application);
    out.end_object();
}

/// The only answer that ever holds the secret.
std::string show_new(const app::NewApplication& made) {
    return json_of([&](json::Writer& out) {
        out.begin_object();
        write_members(out, made.application);
        out.field("secret", made.secret).end_object();
    });
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    auto name = in.text("name");
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    call.services.loop.post(
        [&access = call.services.access, name = std::move(name),
         done = answer<app::NewApplication>(call.respond, 201, show_new)] { access.create_application(name, done); });
}

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    reply_list<Application>(
        call, [&](ports::Transaction& tx) { return tx.applications().list(*page); }, alone(write));
}

void show(Call call) {
    const auto id = path_id<AppId>(call, no_such_application(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Application>(
        call, no_such_application(call), [&](ports::Transaction& tx) { return tx.applications().find(*id); },
        alone(write));
}

void erase(Call call) {
    const auto id = path_id<AppId>(call, no_such_application(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post([&access = call.services.access, id = *id, done = answer_empty(call.respond)] {
        access.erase_application(id, done);
    });
}

}  // namespace cellwise::rest::applications
