// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/download_token_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using ports::DownloadToken;

const std::string kColumns = "hash, device, package, job, expires_at";
const std::string kInsert = "INSERT INTO download_tokens (" + kColumns + ") VALUES (?, ?, ?, ?, ?)";
const std::string kFind = "SELECT " + kColumns + " FROM download_tokens WHERE hash = ?";
const std::string kEraseExpired =
    "DELETE FROM download_tokens WHERE hash IN (SELECT hash FROM download_tokens WHERE expires_at <= ?"
    " ORDER BY expires_at LIMIT ?)";

DownloadToken read_token(Query& row) {
    DownloadToken token{.hash = row.text()};
    token.device = row.id<DeviceId>();
    token.package = row.id<PackageId>();
    token.job = row.id<JobId>();
    token.expires_at = row.time();
    return token;
}

}  // namespace

Status DownloadTokenStore::insert(const DownloadToken& token) try {
    Query(connection_, kInsert, token.hash, token.device, token.package, token.job, token.expires_at).run();
    return {};
} catch (...) {
    return caught();
}

Result<std::optional<DownloadToken>> DownloadTokenStore::find(std::string_view hash) try {
    Query row(connection_, kFind, hash);
    return row.next() ? std::optional(read_token(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::int64_t> DownloadTokenStore::erase_expired(Timestamp now, std::uint32_t limit) try {
    return Query(connection_, kEraseExpired, now, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
