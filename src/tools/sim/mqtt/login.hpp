// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <string>
#include <string_view>

/// How a device logs in at the broker, in the simulator's own words: what counts the daemon must not share its code.
namespace cellwise::sim::mqtt {

/// The ten digits YYYYMMDDHH of that hour, UTC.
std::string hour_stamp(Timestamp time_of_day);
/// {device}_0_{0|1}_{stamp}; 1: the platform checks the stamp's age.
std::string client_id(std::string_view device, bool stamp_is_checked, std::string_view stamp);
/// Lower-case hex of HMAC-SHA256 with the stamp as key and the secret as message.
std::string password(std::string_view secret, std::string_view stamp);

}  // namespace cellwise::sim::mqtt
