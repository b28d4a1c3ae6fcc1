// SPDX-License-Identifier: Apache-2.0
#include "app/command_service.hpp"

#include "app/callback_url.hpp"
#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

#include <utility>

namespace cellwise::app {
namespace {

using domain::Command;
using domain::CommandStep;

constexpr Duration kLongestExpireTime = std::chrono::days{365};
constexpr std::uint32_t kMostRetransmissions = 3;
constexpr Length kCommandNameLength{1, 64};

Error no_such_command(const CommandId& id) {
    return not_found("command.not_found", "there is no such command", id.str());
}

Status check(const NewCommand& wanted) {
    if (!wanted.callback_url.empty()) {
        if (auto ok = check_callback_url(wanted.callback_url); !ok) return ok;
    }
    if (wanted.expire_time < Duration{0} || wanted.expire_time > kLongestExpireTime) {
        return invalid("command.expire_time.range", "expireTime", "expireTime must be 0 to 31536000 seconds",
                       std::to_string(wanted.expire_time.count() / 1000));
    }
    if (wanted.max_retransmit > kMostRetransmissions) {
        return invalid("command.max_retransmit.range", "maxRetransmit", "maxRetransmit must be 0 to 3",
                       std::to_string(wanted.max_retransmit));
    }
    if (auto ok = check_text("command.serviceId", wanted.content.service_id, kCommandNameLength); !ok) return ok;
    return check_text("command.method", wanted.content.method, kCommandNameLength);
}

Status check_payload(const Bytes& payload) {
    if (payload.size() > domain::kLongestCommand) {
        return Error{ErrorKind::InvalidInput, "command.too_long", "the command must have at most 1024 bytes",
                     "command", std::to_string(payload.size())};
    }
    if (!domain::looks_like_pcp(payload)) return {};
    return invalid("command.pcp", "command.paras",
                   "the bytes must not begin with FFFE: the device would take them for PCP");
}

Status check_device(ports::Transaction& tx, const Command& wanted) {
    const auto device = tx.devices().find(wanted.device);
    if (!device) return device.error();
    if (!*device || (*device)->app != wanted.app) {
        return not_found("device.not_found", "there is no such device", wanted.device.str());
    }
    const auto product = tx.products().find((*device)->product);
    if (!product) return product.error();
    if (!*product || (*product)->protocol != domain::Protocol::Mqtt) return {};
    return Error{ErrorKind::Unsupported, "command.protocol",
                 "commands go to LwM2M and CoAP devices only; this one's product model speaks MQTT", "deviceId",
                 wanted.device.str()};
}

/// At most so many wait; none stands before one that is sent at once.
Result<bool> has_pending(ports::Transaction& tx, const DeviceId& device) {
    const auto pending = tx.commands().count_pending(device);
    if (!pending) return pending.error();
    if (*pending >= domain::kMostPendingCommands) {
        return Error{ErrorKind::TooMany, "command.too_many", "at most 20 commands of a device may be pending",
                     "deviceId", device.str()};
    }
    return *pending > 0;
}

}  // namespace

CommandService::CommandService(const CommandDesk::Needs& needs, ports::Random& random, CommandDesk& desk,
                               std::function<void(const DeviceId&)> turn_over)
    : needs_(needs), random_(random), desk_(desk), turn_over_(std::move(turn_over)) {}

void CommandService::create(NewCommand wanted, Changed done) {
    if (auto ok = check(wanted); !ok) return done(ok.error());
    const auto now = needs_.clock.now();
    Command command{.id = new_timed_id<CommandId>(random_, now),
                    .app = wanted.app,
                    .device = wanted.device,
                    .content = std::move(wanted.content),
                    .callback_url = std::move(wanted.callback_url),
                    .expire_time = wanted.expire_time,
                    .max_retransmit = wanted.max_retransmit};
    domain::begin(command, now);
    const bool reserved = desk_.reserve(command.device, command.id);
    auto work = [command, reserved, now, &codec = needs_.codec,
                 &texts = needs_.texts](ports::Transaction& tx) -> Result<CommandStep> {
        if (auto ok = check_device(tx, command); !ok) return ok.error();
        const auto waits = has_pending(tx, command.device);
        if (!waits) return waits.error();
        const auto last = tx.commands().last_mid(command.device);
        if (!last) return last.error();
        auto made = command;
        made.mid = domain::next_mid(*last);
        auto payload = codec.encode(made.content, made.mid);
        if (!payload) return payload.error();
        if (auto ok = check_payload(*payload); !ok) return ok.error();
        made.payload = std::move(*payload);
        if (auto inserted = tx.commands().insert(made); !inserted) return inserted.error();
        if (!reserved || *waits) return CommandStep{.command = std::move(made), .handled = true};
        return step_stored(tx, std::move(made), {domain::CommandEvent::Released, now, texts});
    };
    write<CommandStep>(needs_.database, std::move(work),
                       [this, command, reserved, done = std::move(done)](const Result<CommandStep>& step) {
                           if (step) desk_.after_commit(*step);
                           const bool sent = step && step->send;
                           if (reserved && !sent) {
                               desk_.give_back(command.device, command.id);
                               turn_over_(command.device);
                           }
                           done(step ? Result<Command>(step->command) : Result<Command>(step.error()));
                       });
}

void CommandService::cancel(const AppId& app, const CommandId& id, Changed done) {
    auto work = [app, id, now = needs_.clock.now(),
                 &texts = needs_.texts](ports::Transaction& tx) -> Result<Command> {
        auto stored = tx.commands().find(id);
        if (!stored) return stored.error();
        if (!*stored || (*stored)->app != app) return no_such_command(id);
        auto step = step_stored(tx, std::move(**stored), {domain::CommandEvent::CancelRequested, now, texts});
        if (!step) return step.error();
        if (!step->handled) {
            return conflict("command.not_pending", "only a pending command can be canceled",
                            std::string(to_string(step->command.state)));
        }
        return std::move(step->command);
    };
    write<Command>(needs_.database, std::move(work), std::move(done));
}

}  // namespace cellwise::app
