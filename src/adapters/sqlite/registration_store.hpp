// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/connection.hpp"

#include "cellwise/ports/stores.hpp"

namespace cellwise::sqlite {

class RegistrationStore final : public ports::RegistrationStore {
 public:
    explicit RegistrationStore(Connection& connection) : connection_(connection) {}

    Status save(const domain::Registration& registration) override;
    Result<bool> erase(const DeviceId& device) override;
    Result<std::optional<domain::Registration>> find(const RegistrationId& id) override;
    Result<std::optional<domain::Registration>> find_by_device(const DeviceId& device) override;
    Result<std::optional<domain::Registration>> find_by_token(const domain::ObservationToken& token) override;
    Result<std::int64_t> count_live(Timestamp now) override;

 private:
    Connection& connection_;
};

}  // namespace cellwise::sqlite
