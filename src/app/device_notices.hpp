// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/domain/push.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/notice_text.hpp"

namespace cellwise::app {

/// All that is known of a device, in one view of the database.
Result<ports::DeviceFacts> read_facts(ports::Transaction& tx, const domain::Device& device);

/// Puts what happened to a device into the outbox, in the transaction in which it happens, if its application has
/// subscribed to `type`: DeviceAdded, DeviceInfoChanged or DeviceDeleted.
Status append_notice(ports::Transaction& tx, const ports::NoticeText& text, domain::NotifyType type,
                     const domain::Device& device, Timestamp now);

}  // namespace cellwise::app
