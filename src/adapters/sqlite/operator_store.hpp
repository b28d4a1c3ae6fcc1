// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/operator_stores.hpp"

namespace cellwise::sqlite {

class OperatorStore final : public ports::OperatorStore {
 public:
    explicit OperatorStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Operator& who) override;
    Status save(const domain::Operator& who) override;
    Result<bool> erase(const OperatorId& id) override;
    Result<std::optional<domain::Operator>> find(const OperatorId& id) override;
    Result<std::optional<domain::Operator>> find_by_name(std::string_view name) override;
    Result<ports::Page<domain::Operator>> list(const ports::PageRequest& page) override;

    Status insert_session(const domain::OperatorSession& session) override;
    Result<std::optional<domain::OperatorSession>> find_session(std::string_view hash) override;
    Result<bool> erase_session(std::string_view hash) override;
    Status erase_sessions_of(const OperatorId& id) override;
    Result<std::int64_t> erase_ended_sessions(Timestamp now, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
