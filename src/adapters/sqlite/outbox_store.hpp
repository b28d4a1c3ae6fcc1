// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

#include <string>

namespace cellwise::sqlite {

class Query;

/// Pushes stand in lines: those of a device to the application's subscription in one, those to an address of their
/// own in another. The oldest live push of each line is marked as its head, by every write: so what may be sent next
/// is found along an index of the heads alone, however long the lines behind them are.
class OutboxStore final : public ports::OutboxStore {
 public:
    explicit OutboxStore(Connection& connection) : connection_(connection) {}

    Result<std::int64_t> append(const domain::Push& push) override;
    Status save(const domain::Push& push) override;
    Result<bool> erase(std::int64_t sequence) override;
    Result<std::optional<domain::Push>> find(std::int64_t sequence) override;
    Result<std::vector<domain::Push>> dead(const std::optional<AppId>& app, std::int64_t after,
                                           std::uint32_t limit) override;
    Result<std::int64_t> erase_dead_before(Timestamp before, std::uint32_t limit) override;
    Result<std::vector<domain::Push>> due(Timestamp now, std::uint32_t limit) override;
    Result<std::vector<domain::Push>> due_of(const AppId& app, std::string_view receiver, Timestamp now,
                                             std::uint32_t limit) override;
    Result<std::optional<AppId>> next_app(const AppId& after) override;
    Result<std::optional<std::string>> next_receiver(const AppId& app, std::string_view after) override;
    Result<std::optional<Timestamp>> next_due() override;
    Result<ports::Page<domain::Push>> list(bool dead, const ports::PageRequest& page) override;
    Result<std::int64_t> count(bool dead) override;
    Result<std::int64_t> drop_oldest(const DeviceId& device, domain::NotifyType type, std::int64_t most) override;

    /// At most `limit` of the pushes to an application; how many there were. Throws.
    std::int64_t erase_some_of(const AppId& app, std::int64_t limit);

 private:
    struct Line {
        DeviceId device{};
        std::string url{};
    };
    static Line read_line(Query& row);
    void choose_head(const Line& line);

    Connection& connection_;
};

}  // namespace cellwise::sqlite
