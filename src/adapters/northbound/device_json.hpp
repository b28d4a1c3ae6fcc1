// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_status.hpp"
#include "json/writer.hpp"

#include "cellwise/ports/notice_text.hpp"

namespace cellwise::northbound {

/// A device as GET answers it.
void write_device(json::Writer& out, const ports::DeviceFacts& facts, const app::Moment& moment);

/// Its deviceInfo, which pushes bear, too. Secrets are never in it.
void write_device_info(json::Writer& out, const ports::DeviceFacts& facts, const app::Moment& moment);

}  // namespace cellwise::northbound
