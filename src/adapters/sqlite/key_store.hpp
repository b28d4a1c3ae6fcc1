// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class KeyStore final : public ports::KeyStore {
 public:
    explicit KeyStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::PublicKey& key) override;
    Status save(const domain::PublicKey& key) override;
    Result<std::optional<domain::PublicKey>> find(const KeyId& id) override;
    Result<std::optional<domain::PublicKey>> find_by_fingerprint(std::string_view fingerprint) override;
    Result<ports::Page<domain::PublicKey>> list(const ports::PageRequest& page) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
