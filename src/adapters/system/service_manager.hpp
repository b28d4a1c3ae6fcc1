// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cellwise::system {

/// Tells systemd how the service stands ("READY=1", "STOPPING=1"), by the datagram protocol of sd_notify(3). Does
/// nothing when no service manager asked for it ($NOTIFY_SOCKET).
void notify_service_manager(std::string_view state);

}  // namespace cellwise::system
