// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/config.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cellwise::daemon {

/// Is it as devices take it: "https://fota.example.com:8943", or with http://? The port is always there, the host has
/// at most 49 characters and is no IPv6 address, and nothing follows. Errors: InvalidInput "config.value".
Status check_public_url(std::string_view url);

/// How devices reach the download server: download.public_url, or what download.listen says, with the machine's name
/// where that is every address. `port`: the one that is bound. Errors: InvalidInput "config.value", if what is
/// derived is no such URL.
Result<std::string> public_url_of(const Config& config, std::string_view machine, std::uint16_t port);

}  // namespace cellwise::daemon
