// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class DeviceStore final : public ports::DeviceStore {
 public:
    explicit DeviceStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Device& device) override;
    Status save(const domain::Device& device) override;
    Result<bool> erase(const DeviceId& id) override;
    Result<std::int64_t> erase_remains(std::uint32_t limit) override;
    Result<std::optional<domain::Device>> find(const DeviceId& id) override;
    Result<std::vector<std::optional<ports::DeviceOwner>>> owners(std::span<const DeviceId> ids) override;
    Result<std::optional<domain::Device>> find_by_node_id(std::string_view node_id) override;
    Result<ports::Page<domain::Device>> list(const ports::DeviceFilter& filter,
                                             const ports::PageRequest& page) override;
    Result<std::int64_t> count(const ports::DeviceFilter& filter) override;
    Status record_version(const DeviceId& id, const domain::Version& version) override;
    Status save_details(const domain::DeviceDetails& details) override;
    Result<std::optional<domain::DeviceDetails>> find_details(const DeviceId& id) override;
    Result<std::vector<domain::DeviceDetails>> expired(Timestamp now, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
