// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/operator_stores.hpp"

namespace cellwise::sqlite {

class AuditStore final : public ports::AuditStore {
 public:
    explicit AuditStore(Connection& connection) : connection_(connection) {}

    Result<std::int64_t> append(const domain::AuditEntry& entry) override;
    Status finish(std::int64_t sequence, const domain::AuditEntry& end) override;
    Result<std::int64_t> give_up_open() override;
    Result<ports::Page<domain::AuditEntry>> list(const ports::AuditFilter& filter,
                                                 const ports::PageRequest& page) override;
    Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
