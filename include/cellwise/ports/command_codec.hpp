// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/domain/command.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cellwise::ports {

/// What a device says that became of a command.
struct CommandAnswer {
    std::uint16_t mid = 0;  ///< which command
    bool success = false;
    std::string result{};  ///< a JSON object, or empty
    friend bool operator==(const CommandAnswer&, const CommandAnswer&) = default;
};

/// How commands look to the devices (docs/northbound.md, Commands). Callable from any thread.
class CommandCodec {
 public:
    virtual ~CommandCodec() = default;
    /// The bytes that the device is told. Errors: InvalidInput "command.paras.invalid" with the field.
    virtual Result<Bytes> encode(const domain::CommandContent& content, std::uint16_t mid) const = 0;
    /// The answer in a device's business data; most of it is none.
    virtual std::optional<CommandAnswer> find_answer(ByteView uplink) const = 0;
};

}  // namespace cellwise::ports
