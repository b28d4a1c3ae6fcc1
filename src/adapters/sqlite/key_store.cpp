// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/key_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::PublicKey;

const std::string kColumns = "id, manufacturer_name, algorithm, fingerprint, pem, created_at, revoked_at";
const std::string kInsert = "INSERT INTO public_keys (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?)";
const std::string kUpdate =
    "UPDATE public_keys SET manufacturer_name = ?, algorithm = ?, fingerprint = ?, pem = ?, created_at = ?,"
    " revoked_at = ? WHERE id = ?";
const std::string kFind = "SELECT " + kColumns + " FROM public_keys WHERE id = ?";
const std::string kFindByFingerprint = "SELECT " + kColumns + " FROM public_keys WHERE fingerprint = ?";
const std::string kList = "SELECT id, " + kColumns + " FROM public_keys WHERE id > ? ORDER BY id LIMIT ? OFFSET ?";

PublicKey read_key(Query& row) {
    return {.id = row.id<KeyId>(),
            .manufacturer_name = row.text(),
            .algorithm = row.text(),
            .fingerprint = row.text(),
            .pem = row.text(),
            .created_at = row.time(),
            .revoked_at = row.maybe_time()};
}

Error duplicate(const PublicKey& key) {
    return conflict("public_key.duplicate", "a public key of this fingerprint exists", key.fingerprint);
}

}  // namespace

Status KeyStore::insert(const PublicKey& key) try {
    Query(connection_, kInsert, key.id, key.manufacturer_name, key.algorithm, key.fingerprint, key.pem,
          key.created_at, key.revoked_at)
        .run();
    return {};
} catch (...) {
    return caught({{"public_keys.fingerprint", duplicate(key)}, {"public_keys.id", duplicate(key)}});
}

Status KeyStore::save(const PublicKey& key) try {
    const int changed = Query(connection_, kUpdate, key.manufacturer_name, key.algorithm, key.fingerprint, key.pem,
                              key.created_at, key.revoked_at, key.id)
                            .run();
    if (changed == 0) return not_found("public_key.not_found", "no public key bears this id", key.id.str());
    return {};
} catch (...) {
    return caught({{"public_keys.fingerprint", duplicate(key)}});
}

Result<std::optional<PublicKey>> KeyStore::find(const KeyId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_key(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<PublicKey>> KeyStore::find_by_fingerprint(std::string_view fingerprint) try {
    Query row(connection_, kFindByFingerprint, fingerprint);
    return row.next() ? std::optional(read_key(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<PublicKey>> KeyStore::list(const ports::PageRequest& page) try {
    Query rows(connection_, kList, page.after);
    return read_page(rows, page, read_key);
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
