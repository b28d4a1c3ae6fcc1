// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/key_uses.hpp"
#include "app/package_file_keeper.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/package.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"
#include "cellwise/ports/signatures.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace cellwise::app {

struct NewPublicKey {
    std::string manufacturer_name{};
    std::string pem{};
};

/// A package with what its key has become.
struct PackageView {
    domain::Package package{};
    bool key_revoked = false;  ///< the key that verified it was revoked since
};

struct RevokedKey {
    domain::PublicKey key{};
    KeyUses uses{};
};

/// Public keys and the packages in the repository. Callable from any thread; the callbacks come on the loop, or on
/// the calling thread before the call returns when nothing was written. Reads block for the time of a read by an
/// index.
class PackageService {
 public:
    using Done = std::function<void(Status)>;
    using RevokedDone = std::function<void(Result<RevokedKey>)>;
    using KeyDone = std::function<void(Result<domain::PublicKey>)>;

    PackageService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                   ports::SignatureVerifier& signatures, PackageFileKeeper& keeper);

    /// Errors: "public_key.malformed", "public_key.unsupported"; InvalidInput "public_key.manufacturer_unknown" (no
    /// product model names it); Conflict "public_key.duplicate", also when the key of that fingerprint is revoked.
    /// Judging an RSA key takes some milliseconds: rather not on the loop.
    void add_key(NewPublicKey key, KeyDone done);
    /// From then on the key verifies nothing new; tells what hangs on it, of which nothing ends by itself. Revoking
    /// it again changes nothing. NotFound "public_key.not_found".
    void revoke_key(const KeyId& id, RevokedDone done);
    /// What would hang on its revocation. NotFound "public_key.not_found".
    Result<KeyUses> key_uses(const KeyId& id);
    /// NotFound "public_key.not_found".
    Result<domain::PublicKey> get_key(const KeyId& id);
    Result<ports::Page<domain::PublicKey>> list_keys(const ports::PageRequest& page);

    /// NotFound "package.not_found".
    Result<PackageView> get(const PackageId& id);
    Result<ports::Page<PackageView>> list(const ports::PackageFilter& filter, const ports::PageRequest& page);
    Result<std::int64_t> count(const ports::PackageFilter& filter);
    /// Its files go too, unless another package needs them. Errors: NotFound "package.not_found"; Conflict
    /// "package.in_use" while a task that has not ended uses it.
    void erase(const PackageId& id, Done done);

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
    ports::SignatureVerifier& signatures_;
    PackageFileKeeper& keeper_;
};

}  // namespace cellwise::app
