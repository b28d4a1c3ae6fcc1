// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/radio_report_store.hpp"

namespace cellwise::sqlite {

class RadioReportStore final : public ports::RadioReportStore {
 public:
    explicit RadioReportStore(Connection& connection) : connection_(connection) {}

    Status save(const DeviceId& device, const domain::RadioReport& report) override;
    Result<std::optional<domain::RadioReport>> find(const DeviceId& device) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
