// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class CommandStore final : public ports::CommandStore {
 public:
    explicit CommandStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Command& command) override;
    Status save(const domain::Command& command) override;
    Result<std::optional<domain::Command>> find(const CommandId& id) override;
    Result<std::optional<domain::Command>> find_next(const DeviceId& device) override;
    Result<std::optional<domain::Command>> find_by_mid(const DeviceId& device, std::uint16_t mid) override;
    Result<std::uint16_t> last_mid(const DeviceId& device) override;
    Result<std::int64_t> count_pending(const DeviceId& device) override;
    Result<bool> any_pending() override;
    Result<ports::Page<domain::Command>> list(const ports::CommandFilter& filter,
                                              const ports::PageRequest& page) override;
    Result<std::int64_t> count(const ports::CommandFilter& filter) override;
    Result<std::vector<domain::Command>> overdue(Timestamp now, std::uint32_t limit) override;
    Result<std::vector<domain::Command>> sent(const DeviceId& after, std::uint32_t limit) override;
    Result<std::int64_t> erase_settled_before(Timestamp before, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
