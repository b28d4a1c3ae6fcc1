// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/download_tokens.hpp"

namespace cellwise::sqlite {

class DownloadTokenStore final : public ports::DownloadTokenStore {
 public:
    explicit DownloadTokenStore(Connection& connection) : connection_(connection) {}

    Status insert(const ports::DownloadToken& token) override;
    Result<std::optional<ports::DownloadToken>> find(std::string_view hash) override;
    Result<std::int64_t> erase_expired(Timestamp now, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
