// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class JobStore final : public ports::JobStore {
 public:
    explicit JobStore(Connection& connection) : connection_(connection) {}

    Status insert(const domain::Job& job) override;
    Status insert_all(std::span<const domain::Job> jobs) override;
    Status save(const domain::Job& job) override;
    Result<std::optional<domain::Job>> find(const JobId& id) override;
    Result<std::optional<domain::Job>> find_of(const TaskId& task, const DeviceId& device) override;
    Result<std::optional<domain::Job>> find_running(const DeviceId& device) override;
    Result<std::optional<domain::Job>> find_last_finished(const DeviceId& device) override;
    Result<ports::Page<domain::Job>> list(const ports::JobFilter& filter, const ports::PageRequest& page) override;
    Result<std::vector<domain::Job>> overdue(Timestamp now, std::uint32_t limit) override;
    Result<std::vector<domain::Job>> live(const JobId& after, std::uint32_t limit) override;

 private:
    void count(const TaskId& task, const domain::TaskCounters& change);

    Connection& connection_;
};

}  // namespace cellwise::sqlite
