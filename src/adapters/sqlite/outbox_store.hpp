// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

/// The oldest live push of each device is marked as its head, by every write: so what may be sent next is found along
/// an index of the heads alone, however long the lines behind them are.
class OutboxStore final : public ports::OutboxStore {
 public:
    explicit OutboxStore(Connection& connection) : connection_(connection) {}

    Result<std::int64_t> append(const domain::Push& push) override;
    Status save(const domain::Push& push) override;
    Result<bool> erase(std::int64_t sequence) override;
    Result<std::vector<domain::Push>> due(Timestamp now, std::uint32_t limit) override;
    Result<std::vector<domain::Push>> due_of(const AppId& app, Timestamp now, std::uint32_t limit) override;
    Result<std::optional<AppId>> next_receiver(const AppId& after) override;
    Result<std::optional<Timestamp>> next_due() override;
    Result<ports::Page<domain::Push>> list(bool dead, const ports::PageRequest& page) override;
    Result<std::int64_t> count(bool dead) override;

    /// All pushes to an application. Throws.
    void erase_of(const AppId& app);

 private:
    void choose_head(const DeviceId& device);

    Connection& connection_;
};

}  // namespace cellwise::sqlite
