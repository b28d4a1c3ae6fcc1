// SPDX-License-Identifier: Apache-2.0
#include "app/package_service.hpp"

#include "app/new_id.hpp"
#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <memory>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Package;
using domain::PublicKey;

Error no_such_key(const KeyId& id) {
    return not_found("public_key.not_found", "no public key bears this id", id.str());
}
Error no_such_package(const PackageId& id) {
    return not_found("package.not_found", "no package bears this id", id.str());
}

Result<PublicKey> insert_key(ports::Transaction& tx, const PublicKey& key) {
    const auto known = tx.products().names_manufacturer(key.manufacturer_name);
    if (!known) return known.error();
    if (!*known) {
        return invalid("public_key.manufacturer_unknown", "manufacturerName",
                       "manufacturerName must be the manufacturer of some product model", key.manufacturer_name);
    }
    if (const auto inserted = tx.keys().insert(key); !inserted) return inserted.error();
    return key;
}

Result<PublicKey> find_key(ports::Transaction& tx, const KeyId& id) {
    auto key = tx.keys().find(id);
    if (!key) return key.error();
    if (!*key) return no_such_key(id);
    return std::move(**key);
}

Result<RevokedKey> revoke(ports::Transaction& tx, const KeyId& id, Timestamp now) {
    auto key = find_key(tx, id);
    if (!key) return key.error();
    if (!key->revoked_at) {
        key->revoked_at = now;
        if (const auto saved = tx.keys().save(*key); !saved) return saved.error();
    }
    auto uses = find_key_uses(tx, *key);
    if (!uses) return uses.error();
    return RevokedKey{.key = std::move(*key), .uses = std::move(*uses)};
}

void log_revocation(const RevokedKey& revoked) {
    log::warning("public key revoked", {{"key", revoked.key.id},
                                        {"fingerprint", revoked.key.fingerprint},
                                        {"manufacturer", revoked.key.manufacturer_name},
                                        {"packages", revoked.uses.packages.size()},
                                        {"running_tasks", revoked.uses.tasks.size()}});
}

Result<PackageView> view_of(ports::Transaction& tx, Package package) {
    const auto key = tx.keys().find_by_fingerprint(package.key_fingerprint);
    if (!key) return key.error();
    const bool revoked = *key && (*key)->revoked_at.has_value();
    return PackageView{.package = std::move(package), .key_revoked = revoked};
}

Result<Package> find_package(ports::Transaction& tx, const PackageId& id) {
    auto package = tx.packages().find(id);
    if (!package) return package.error();
    if (!*package) return no_such_package(id);
    return std::move(**package);
}

Result<ports::Page<PackageView>> list_packages(ports::Transaction& tx, const ports::PackageFilter& filter,
                                               const ports::PageRequest& request) {
    auto page = tx.packages().list(filter, request);
    if (!page) return page.error();
    ports::Page<PackageView> views{.items = {}, .next = std::move(page->next)};
    for (auto& package : page->items) {
        auto view = view_of(tx, std::move(package));
        if (!view) return view.error();
        views.items.push_back(std::move(*view));
    }
    return views;
}

}  // namespace

PackageService::PackageService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                               ports::SignatureVerifier& signatures, PackageFileKeeper& keeper)
    : database_(database), clock_(clock), random_(random), signatures_(signatures), keeper_(keeper) {}

void PackageService::add_key(NewPublicKey request, KeyDone done) {
    auto parsed = signatures_.parse_public_key(request.pem);
    if (!parsed) return done(parsed.error());
    const auto now = clock_.now();
    const PublicKey key{.id = new_timed_id<KeyId>(random_, now),
                        .manufacturer_name = std::move(request.manufacturer_name),
                        .algorithm = std::move(parsed->algorithm),
                        .fingerprint = std::move(parsed->fingerprint),
                        .pem = std::move(request.pem),
                        .created_at = now};
    const auto work = [key](ports::Transaction& tx) { return insert_key(tx, key); };
    write<PublicKey>(database_, work, std::move(done));
}

void PackageService::revoke_key(const KeyId& id, RevokedDone done) {
    const auto work = [id, now = clock_.now()](ports::Transaction& tx) { return revoke(tx, id, now); };
    const auto after = [done = std::move(done)](Result<RevokedKey> revoked) {
        if (revoked) log_revocation(*revoked);
        done(std::move(revoked));
    };
    write<RevokedKey>(database_, work, after);
}

Result<KeyUses> PackageService::key_uses(const KeyId& id) {
    return read<KeyUses>(database_, [&id](ports::Transaction& tx) -> Result<KeyUses> {
        const auto key = find_key(tx, id);
        if (!key) return key.error();
        return find_key_uses(tx, *key);
    });
}

Result<PublicKey> PackageService::get_key(const KeyId& id) {
    return read<PublicKey>(database_, [&id](ports::Transaction& tx) { return find_key(tx, id); });
}

Result<ports::Page<PublicKey>> PackageService::list_keys(const ports::PageRequest& page) {
    return read<ports::Page<PublicKey>>(database_, [&page](ports::Transaction& tx) { return tx.keys().list(page); });
}

Result<PackageView> PackageService::get(const PackageId& id) {
    return read<PackageView>(database_, [&id](ports::Transaction& tx) -> Result<PackageView> {
        auto package = find_package(tx, id);
        if (!package) return package.error();
        return view_of(tx, std::move(*package));
    });
}

Result<ports::Page<PackageView>> PackageService::list(const ports::PackageFilter& filter,
                                                      const ports::PageRequest& page) {
    const auto work = [&](ports::Transaction& tx) { return list_packages(tx, filter, page); };
    return read<ports::Page<PackageView>>(database_, work);
}

Result<std::int64_t> PackageService::count(const ports::PackageFilter& filter) {
    return read<std::int64_t>(database_, [&](ports::Transaction& tx) { return tx.packages().count(filter); });
}

void PackageService::erase(const PackageId& id, Done done) {
    const auto work = [id](ports::Transaction& tx) -> Result<Package> {
        auto package = find_package(tx, id);
        if (!package) return package;
        if (const auto erased = tx.packages().erase(id); !erased) return erased.error();
        return package;
    };
    const auto after = [this, done = std::move(done)](Result<Package> package) {
        if (!package) return done(package.error());
        keeper_.remove_unused({package->archive_sha256, package->payload_sha256});
        done({});
    };
    write<Package>(database_, work, after);
}

}  // namespace cellwise::app
