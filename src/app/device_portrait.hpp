// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/recent_reads.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace cellwise::app {

/// A device with what is stored about it elsewhere.
struct DevicePortrait {
    domain::Device device{};
    std::optional<domain::Product> product{};
    std::optional<domain::Registration> registration{};
    std::optional<domain::Job> running_job{};
    std::optional<domain::RadioReport> radio{};  ///< of a MQTT device: what it said last
    std::string entered_cell{};                  ///< empty: nobody entered one
};

/// Finds devices with all that is shown of them. Whoever asks again for one before anything has been committed is
/// answered from memory: so do programs that wait for a device to change. Any thread.
class DevicePortraits {
 public:
    /// Nothing: there is no such device.
    using Found = std::shared_ptr<const DevicePortrait>;

    DevicePortraits(ports::Database& database, ports::Clock& clock) : database_(database), clock_(clock) {}

    Result<Found> find(const DeviceId& id) const;

 private:
    Result<std::optional<domain::Product>> product(ports::Transaction& tx, const ProductId& id, std::uint64_t version,
                                                   Timestamp now) const;

    ports::Database& database_;
    ports::Clock& clock_;
    mutable RecentReads<Found> reads_{};
    mutable RecentReads<domain::Product> products_{};
};

}  // namespace cellwise::app
