// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class TimelineStore final : public ports::TimelineStore {
 public:
    explicit TimelineStore(Connection& connection) : connection_(connection) {}

    Status append(const domain::TimelineEntry& entry) override;
    Result<ports::Page<domain::TimelineEntry>> list(const DeviceId& device, const ports::PageRequest& page) override;
    Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
