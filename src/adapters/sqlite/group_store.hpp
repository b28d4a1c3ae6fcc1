// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class GroupStore final : public ports::GroupStore {
 public:
    explicit GroupStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Group& group) override;
    Status save(const domain::Group& group) override;
    Result<bool> erase(const GroupId& id) override;
    Result<std::int64_t> erase_remains(std::uint32_t limit) override;
    Result<std::optional<domain::Group>> find(const GroupId& id) override;
    Result<std::optional<domain::Group>> find_by_name(const AppId& app, std::string_view name) override;
    Status add_members(const GroupId& id, std::span<const DeviceId> devices) override;
    Status remove_members(const GroupId& id, std::span<const DeviceId> devices) override;
    Result<ports::Page<domain::Group>> list(const std::optional<AppId>& app, const ports::PageRequest& page) override;
    Result<std::int64_t> count(const AppId& app) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
