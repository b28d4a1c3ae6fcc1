// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_service.hpp"

/// What DeviceService does within a transaction. What is told to an application is stored in the same.
namespace cellwise::app::device_changes {

/// One device, wholly or not at all: every check comes before the first write. Its details are checked and sealed.
Result<domain::Device> insert(ports::Transaction& tx, const NewDevice& wanted, domain::Device device,
                              const ports::NoticeText& notices);

struct Changed {
    domain::Device device{};
    domain::Device former{};
    bool has_new_node_id = false;
    bool has_new_login = false;  ///< what it logged in by at the broker, or whether it may, is another
};
/// The device's change, if it exists for that owner. Its details are checked and sealed.
Result<Changed> change(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner,
                       const DeviceChange& change, const ports::NoticeText& notices, const Moment& moment);

/// The device as it was.
Result<domain::Device> erase(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner,
                             const ports::NoticeText& notices, Timestamp now);

/// Erases at most `limit` devices that were not heard until they had to be; which ones.
Result<std::vector<domain::Device>> expire(ports::Transaction& tx, const ports::NoticeText& notices, Timestamp now,
                                           std::uint32_t limit);

}  // namespace cellwise::app::device_changes
