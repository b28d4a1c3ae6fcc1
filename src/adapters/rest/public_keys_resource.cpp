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
    call.services.packages.revoke_key(*id, [respond = call.respond](const Result<PublicKey>& key) {
        key ? respond({.status = 204}) : refuse(respond, key.error());
    });
}

}  // namespace cellwise::rest::public_keys
