// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace cellwise::sim {

struct CommandRecord {
    std::uint64_t commands = 0;         ///< downlinks that are no PCP
    std::uint64_t while_upgrading = 0;  ///< of them, by the device's own view
};

/// What a device does with commands of its application server: counts them, and answers those that bear a number.
class CommandInbox {
 public:
    static bool is_command(ByteView downlink);

    /// {"mid":7,"errcode":0} to a command {"mid":7,…}; nothing to any other.
    std::optional<Bytes> take(ByteView command, bool is_upgrading);
    const CommandRecord& record() const { return record_; }

 private:
    CommandRecord record_;
};

}  // namespace cellwise::sim
