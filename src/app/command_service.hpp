// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command_desk.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/command.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cellwise::app {

/// A command as an application server asks for it.
struct NewCommand {
    AppId app{};
    DeviceId device{};
    domain::CommandContent content{};
    std::string callback_url{};                    ///< empty: it does not want to be told
    Duration expire_time{std::chrono::hours{48}};  ///< 0: at once or not at all
    std::uint32_t max_retransmit = 0;
};

/// Commands as application servers make and cancel them. Loop thread only; the callbacks come on the loop when the
/// change is durable.
class CommandService {
 public:
    using Changed = std::function<void(Result<domain::Command>)>;

    /// `turn_over`: a reserved device is free again, for what waits.
    CommandService(const CommandDesk::Needs& needs, ports::Random& random, CommandDesk& desk,
                   std::function<void(const DeviceId&)> turn_over);

    /// Told when it is stored: as Sent if the device listens and is free, else as Pending. Errors: InvalidInput
    /// "subscription.url.invalid", "command.expire_time.range", "command.max_retransmit.range", "text.invalid",
    /// "command.paras.invalid"; TooLarge "command.too_long"; InvalidInput "command.pcp"; NotFound "device.not_found";
    /// TooMany "command.too_many"; Unsupported "command.protocol": by MQTT no command is carried.
    void create(NewCommand wanted, Changed done);
    /// Errors: NotFound "command.not_found", also of another application's; Conflict "command.not_pending".
    void cancel(const AppId& app, const CommandId& id, Changed done);

 private:
    CommandDesk::Needs needs_;
    ports::Random& random_;
    CommandDesk& desk_;
    std::function<void(const DeviceId&)> turn_over_;
};

}  // namespace cellwise::app
