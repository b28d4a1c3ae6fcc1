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
    out.field("createdAt", to_rfc3339(application.created_at)).field("frozen", application.frozen);
}

/// What people compare, instead of the PEM; null when the application has no CA of its own.
void write_callback_ca(json::Writer& out, const ports::CertificateReader& reader, const std::string& pem) {
    if (pem.empty()) {
        out.null_field("callbackCa");
        return;
    }
    out.key("callbackCa").begin_array();
    const auto certificates = reader.read(pem);
    for (const auto& each : certificates ? *certificates : std::vector<ports::CertificateInfo>{}) {
        out.begin_object().field("subject", each.subject).field("fingerprint", each.fingerprint);
        out.field("expiresAt", to_rfc3339(each.expires_at)).end_object();
    }
    out.end_array();
}

void write(json::Writer& out, const ports::CertificateReader& reader, const Application& application) {
    out.begin_object();
    write_members(out, application);
    write_callback_ca(out, reader, application.callback_ca);
    out.end_object();
}

auto writer_of(const Call& call) {
    return [&reader = call.services.certificates](json::Writer& out, ports::Transaction&,
                                                  const Application& application) -> Status {
        write(out, reader, application);
        return {};
    };
}

/// The only answer that ever holds the secret.
std::string show_new(const app::NewApplication& made) {
    return json_of([&](json::Writer& out) {
        out.begin_object();
        write_members(out, made.application);
        out.null_field("callbackCa").field("secret", made.secret).end_object();
    });
}
std::string show_again(const app::NewApplication& made) {
    return json_of([&](json::Writer& out) {
        out.begin_object();
        write_members(out, made.application);
        out.null_field("callbackCa").null_field("secret").end_object();
    });
}

Result<app::ApplicationChange> read_change(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::ApplicationChange change;
    change.name = in.optional_text("name");
    change.callback_ca = in.optional_text("callbackCa");
    if (change.callback_ca && change.callback_ca->empty()) {
        in.fail("callbackCa", "certificate.malformed", "must hold a certificate in PEM, or be null for none");
    }
    if (in.is_null("callbackCa")) change.callback_ca = "";
    change.frozen = in.optional_flag("frozen");
    if (auto ok = in.finish(); !ok) return ok.error();
    return change;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    json::ObjectReader in(*body, json::Unknown::Refuse);
    auto name = in.text("name");
    if (auto ok = in.finish(); !ok) return refuse(call.respond, ok.error());
    call.services.loop.post([&access = call.services.access, name = std::move(name),
                             done = answer_once<app::NewApplication>(call.respond, 201, show_new, show_again)] {
        access.create_application(name, done);
    });
}

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    reply_list<Application>(
        call, [&](ports::Transaction& tx) { return tx.applications().list(*page); }, writer_of(call));
}

void show(Call call) {
    const auto id = path_id<AppId>(call, no_such_application(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Application>(
        call, no_such_application(call), [&](ports::Transaction& tx) { return tx.applications().find(*id); },
        writer_of(call));
}

void change(Call call) {
    const auto id = path_id<AppId>(call, no_such_application(call));
    if (!id) return refuse(call.respond, id.error());
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto changed = read_change(*body);
    if (!changed) return refuse(call.respond, changed.error());
    const auto show = [&reader = call.services.certificates](const Application& application) {
        return json_of([&](json::Writer& out) { write(out, reader, application); });
    };
    call.services.loop.post(
        [&access = call.services.access, id = *id, changed = std::move(*changed),
         done = answer<Application>(call.respond, 200, show)] { access.change_application(id, changed, done); });
}

void erase(Call call) {
    const auto id = path_id<AppId>(call, no_such_application(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post([&access = call.services.access, id = *id, done = answer_empty(call.respond)] {
        access.erase_application(id, done);
    });
}

}  // namespace cellwise::rest::applications
