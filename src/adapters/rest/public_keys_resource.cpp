// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "app/package_service.hpp"

namespace cellwise::rest::public_keys {
namespace {

using domain::PublicKey;

Error no_such_key(const Call& call) { return missing(call, "public_key.not_found", "there is no such public key"); }

void write(json::Writer& out, const PublicKey& key) {
    out.begin_object().field("keyId", key.id).field("manufacturerName", key.manufacturer_name);
    out.field("algorithm", key.algorithm).field("fingerprint", key.fingerprint).field("pem", key.pem);
    out.field("createdAt", to_rfc3339(key.created_at)).field("revokedAt", to_rfc3339(key.revoked_at)).end_object();
}

/// Enough of each to find it by: both have calls of their own.
void write_uses(json::Writer& out, const app::KeyUses& uses) {
    out.key("packages").begin_array();
    for (const auto& package : uses.packages) {
        const auto& description = package.description;
        out.begin_object().field("fileId", package.id).field("name", package.name);
        out.field("deviceType", description.device_type).field("model", description.model);
        out.field("version", description.version.text()).end_object();
    }
    out.end_array().key("runningTasks").begin_array();
    for (const auto& task : uses.tasks) {
        out.begin_object().field("taskId", task.id).field("name", task.name).field("fileId", task.package);
        out.field("state", to_string(task.state)).end_object();
    }
    out.end_array().field("more", uses.more);
}

std::string show_revoked(const app::RevokedKey& revoked) {
    return json_of([&](json::Writer& out) {
        out.begin_object().field("keyId", revoked.key.id).field("fingerprint", revoked.key.fingerprint);
        out.field("revokedAt", to_rfc3339(revoked.key.revoked_at));
        write_uses(out, revoked.uses);
        out.end_object();
    });
}

Result<app::NewPublicKey> read_key(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::NewPublicKey key;
    key.manufacturer_name = in.text("manufacturerName");
    key.pem = in.text("pem");
    if (auto ok = in.finish(); !ok) return ok.error();
    return key;
}

}  // namespace

// Not by way of the loop: judging a key takes milliseconds, and the service may be called from any thread.

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto key = read_key(*body);
    if (!key) return refuse(call.respond, key.error());
    const auto show = [](const PublicKey& made) { return json_of([&](json::Writer& out) { write(out, made); }); };
    call.services.packages.add_key(std::move(*key), answer<PublicKey>(call.respond, 201, show));
}

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    reply_list<PublicKey>(
        call, [&](ports::Transaction& tx) { return tx.keys().list(*page); }, alone(write));
}

void show(Call call) {
    const auto id = path_id<KeyId>(call, no_such_key(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<PublicKey>(
        call, no_such_key(call), [&](ports::Transaction& tx) { return tx.keys().find(*id); }, alone(write));
}

void revoke(Call call) {
    const auto id = path_id<KeyId>(call, no_such_key(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.packages.revoke_key(*id, answer<app::RevokedKey>(call.respond, 200, show_revoked));
}

void show_uses(Call call) {
    const auto id = path_id<KeyId>(call, no_such_key(call));
    if (!id) return refuse(call.respond, id.error());
    const auto uses = call.services.packages.key_uses(*id);
    if (!uses) return refuse(call.respond, uses.error());
    reply(call.respond, 200, json_of([&](json::Writer& out) {
              out.begin_object();
              write_uses(out, *uses);
              out.end_object();
          }));
}

}  // namespace cellwise::rest::public_keys
