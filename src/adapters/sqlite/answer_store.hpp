// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/operator_stores.hpp"

namespace cellwise::sqlite {

class AnswerStore final : public ports::AnswerStore {
 public:
    explicit AnswerStore(Connection& connection) : connection_(connection) {}

    Status insert(const ports::KeptAnswer& answer) override;
    Status save(const ports::KeptAnswer& answer) override;
    Result<bool> erase(std::string_view caller, std::string_view key) override;
    Result<std::optional<ports::KeptAnswer>> find(std::string_view caller, std::string_view key) override;
    Result<std::int64_t> count() override;
    Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
