// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class UplinkStore final : public ports::UplinkStore {
 public:
    explicit UplinkStore(Connection& connection) : connection_(connection) {}

    Status append(const ports::Uplink& uplink) override;
    Result<ports::Page<ports::Uplink>> list(const DeviceId& device, const ports::PageRequest& page) override;
    Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
