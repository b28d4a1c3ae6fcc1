// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class Query;

class TaskStore final : public ports::TaskStore {
 public:
    explicit TaskStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Task& task) override;
    Status save(const domain::Task& task) override;
    Result<bool> set_paused(const TaskId& id, bool paused, Timestamp now) override;
    Result<bool> erase(const TaskId& id) override;
    Result<std::int64_t> erase_ended_before(Timestamp before, std::uint32_t limit) override;
    Result<std::int64_t> erase_remains(std::uint32_t limit) override;
    Result<std::optional<domain::Task>> find(const TaskId& id) override;
    Result<ports::Page<domain::Task>> list(const ports::TaskFilter& filter, const ports::PageRequest& page) override;
    Result<std::int64_t> count(const ports::TaskFilter& filter) override;
    Result<std::vector<domain::Task>> due(Timestamp now, std::uint32_t limit) override;

 private:
    domain::Task read_task(Query& row);
    void read_targets(domain::Task& task);
    void write_targets(const domain::Task& task);

    Connection& connection_;
};

}  // namespace cellwise::sqlite
