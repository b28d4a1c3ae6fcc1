// SPDX-License-Identifier: Apache-2.0
#include "app/command_desk.hpp"

#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cellwise::app {
namespace {

using domain::Command;
using domain::CommandEvent;
using domain::CommandState;
using domain::CommandStep;

constexpr std::uint32_t kCommandsPerTick = 500;
constexpr std::uint32_t kCommandsPerRead = 500;
constexpr std::uint32_t kErasedPerWrite = 500;

CommandEvent event_of(ports::DeliveryOutcome outcome) {
    switch (outcome) {
        case ports::DeliveryOutcome::Delivered:
            return CommandEvent::Confirmed;
        case ports::DeliveryOutcome::Refused:
            return CommandEvent::Refused;
        case ports::DeliveryOutcome::Asleep:
            return CommandEvent::Unsent;
        case ports::DeliveryOutcome::GaveUp:
        case ports::DeliveryOutcome::Cancelled:
            break;
    }
    return CommandEvent::Unconfirmed;
}

Result<Command> find_stored(ports::Transaction& tx, const CommandId& id) {
    auto stored = tx.commands().find(id);
    if (!stored) return stored.error();
    if (!*stored) return not_found("command.not_found", "there is no such command", id.str());
    return std::move(**stored);
}

/// An application that is gone tells its devices nothing any more.
Result<CommandEvent> turn_of(ports::Transaction& tx, const Command& command) {
    const auto application = tx.applications().find(command.app);
    if (!application) return application.error();
    return *application ? CommandEvent::Released : CommandEvent::CancelRequested;
}

}  // namespace

Result<CommandStep> step_stored(ports::Transaction& tx, Command stored, const CommandNews& news) {
    auto step = domain::step(std::move(stored), news.event, news.now, news.result);
    if (!step.handled) return step;
    const auto& command = step.command;
    if (auto saved = tx.commands().save(command); !saved) return saved.error();
    step.tell = step.tell && !command.callback_url.empty();
    if (!step.tell) return step;
    const auto pushed = tx.outbox().append({.app = command.app,
                                            .type = domain::NotifyType::CommandStatus,
                                            .device = command.device,
                                            .url = command.callback_url,
                                            .body = news.texts.command_changed(command),
                                            .occurred_at = news.now,
                                            .due_at = news.now});
    if (!pushed) return pushed.error();
    return step;
}

CommandDesk::CommandDesk(const Needs& needs, Hooks hooks, Duration keep)
    : needs_(needs),
      hooks_(std::move(hooks)),
      keep_(keep),
      sent_(needs.metrics.counter("cellwise_commands_sent_total", "Commands handed to the link")),
      delivered_(
          needs.metrics.counter("cellwise_commands_delivered_total", "Commands that their devices confirmed")) {}

// Whose turn it is. ----------------------------------------------------------------------------------------------

std::optional<Command> CommandDesk::next_of(const DeviceId& device) {
    auto next = read<std::optional<Command>>(needs_.database,
                                             [&](ports::Transaction& tx) { return tx.commands().find_next(device); });
    if (next) return std::move(*next);
    log::error("pending commands cannot be read", {{"device", device}, {"reason", next.error().message}});
    return std::nullopt;
}

bool CommandDesk::take_turn(const DeviceId& device, std::optional<Timestamp> upgrade_since) {
    if (on_its_way_.contains(device)) return true;
    if (!any_pending_ || !needs_.downlink.is_awake(device)) return false;
    const auto next = next_of(device);
    if (!next || (upgrade_since && next->created_at >= *upgrade_since)) return false;
    on_its_way_.emplace(device, next->id);
    auto work = [id = next->id, now = needs_.clock.now(),
                 &texts = needs_.texts](ports::Transaction& tx) -> Result<CommandStep> {
        auto stored = find_stored(tx, id);
        if (!stored) return stored.error();
        const auto turn = turn_of(tx, *stored);
        if (!turn) return turn.error();
        return step_stored(tx, std::move(*stored), {*turn, now, texts});
    };
    commit(std::move(work), [this, device, id = next->id](const Result<CommandStep>& step) {
        if (step && step->send) return;
        give_back(device, id);
        // Canceled or expired meanwhile: the device listens all the same, for the next one or for its upgrade.
        if (step) hooks_.device_heard(device);
    });
    return true;
}

bool CommandDesk::reserve(const DeviceId& device, const CommandId& command) {
    if (on_its_way_.contains(device) || !needs_.downlink.is_awake(device) || hooks_.is_upgrading(device))
        return false;
    on_its_way_.emplace(device, command);
    return true;
}

void CommandDesk::give_back(const DeviceId& device, const CommandId& command) {
    const auto found = on_its_way_.find(device);
    if (found != on_its_way_.end() && found->second == command) on_its_way_.erase(found);
}

// On its way. ----------------------------------------------------------------------------------------------------

void CommandDesk::send(const Command& command) {
    sent_.add();
    needs_.downlink.send(command.device, command.payload,
                         [this, alive = std::weak_ptr(alive_), device = command.device,
                          id = command.id](ports::DeliveryOutcome outcome) {
                             if (!alive.expired()) on_outcome(device, id, outcome);
                         });
}

void CommandDesk::on_outcome(const DeviceId& device, const CommandId& id, ports::DeliveryOutcome outcome) {
    const bool heard = outcome == ports::DeliveryOutcome::Delivered || outcome == ports::DeliveryOutcome::Refused;
    if (outcome == ports::DeliveryOutcome::Delivered) delivered_.add();
    tell(id, event_of(outcome), {}, [this, device, id, heard](const Result<CommandStep>&) {
        give_back(device, id);
        if (heard) hooks_.device_heard(device);
    });
}

void CommandDesk::on_business_data(const DeviceId& device, ByteView payload) {
    const auto answer = needs_.codec.find_answer(payload);
    if (!answer) return;
    const auto named = read<std::optional<Command>>(
        needs_.database, [&](ports::Transaction& tx) { return tx.commands().find_by_mid(device, answer->mid); });
    if (!named) {
        return log::error("an answered command cannot be read",
                          {{"device", device}, {"reason", named.error().message}});
    }
    if (!*named) return;
    const auto event = answer->success ? CommandEvent::AnsweredWell : CommandEvent::AnsweredBadly;
    tell((*named)->id, event, answer->result, [this, device, id = (*named)->id](const Result<CommandStep>& step) {
        if (!step || !step->handled) return;
        give_back(device, id);
        hooks_.device_heard(device);
    });
}

void CommandDesk::tell(const CommandId& id, CommandEvent event, std::string result, Stepped done) {
    auto work = [id, event, result = std::move(result), now = needs_.clock.now(),
                 &texts = needs_.texts](ports::Transaction& tx) -> Result<CommandStep> {
        auto stored = find_stored(tx, id);
        if (!stored) return stored.error();
        return step_stored(tx, std::move(*stored), {event, now, texts, result});
    };
    commit(std::move(work), std::move(done));
}

void CommandDesk::commit(Stepping work, Stepped done) {
    write<CommandStep>(needs_.database, std::move(work),
                       [this, done = std::move(done)](const Result<CommandStep>& step) {
                           if (step) {
                               after_commit(*step);
                           } else {
                               log::error("a command cannot be stored",
                                          {{"code", step.error().code}, {"reason", step.error().message}});
                           }
                           done(step);
                       });
}

void CommandDesk::after_commit(const CommandStep& step) {
    if (!step.handled) return;
    if (step.command.state == CommandState::Pending) any_pending_ = true;
    if (step.tell) hooks_.pushes_committed();
    if (step.send) send(step.command);
}

// Time and restart. ----------------------------------------------------------------------------------------------

void CommandDesk::tick() {
    pass_deadlines();
    erase_old();
}

void CommandDesk::pass_deadlines() {
    std::vector<Command> overdue;
    const auto looked = needs_.database.read([&](ports::Transaction& tx) -> Status {
        auto found = tx.commands().overdue(needs_.clock.now(), kCommandsPerTick);
        if (!found) return found.error();
        overdue = std::move(*found);
        const auto any = tx.commands().any_pending();
        if (!any) return any.error();
        any_pending_ = *any;
        return {};
    });
    if (!looked) return log::error("overdue commands cannot be read", {{"reason", looked.error().message}});
    for (const auto& command : overdue) {
        tell(command.id, CommandEvent::DeadlinePassed, {},
             [this, device = command.device, id = command.id](const Result<CommandStep>& step) {
                 if (step && step->handled) give_back(device, id);
             });
    }
}

/// Looked for once a minute; while there is more, one batch after the other.
void CommandDesk::erase_old() {
    const auto now = needs_.clock.now();
    if (erasing_ || now < erase_at_) return;
    erasing_ = true;
    auto work = [before = now - keep_](ports::Transaction& tx) {
        return tx.commands().erase_settled_before(before, kErasedPerWrite);
    };
    write<std::int64_t>(needs_.database, std::move(work), [this, now](const Result<std::int64_t>& erased) {
        erasing_ = false;
        if (!erased || *erased < kErasedPerWrite) erase_at_ = now + std::chrono::minutes{1};
        if (!erased) log::error("old commands cannot be erased", {{"reason", erased.error().message}});
    });
}

Status CommandDesk::recover() {
    DeviceId after{};
    std::size_t recovered = 0;
    while (true) {
        const auto sent = read<std::vector<Command>>(
            needs_.database, [&](ports::Transaction& tx) { return tx.commands().sent(after, kCommandsPerRead); });
        if (!sent) return sent.error();
        if (sent->empty()) break;
        after = sent->back().device;
        for (const auto& command : *sent) {
            // Until that is durable nothing else goes to the device.
            on_its_way_.emplace(command.device, command.id);
            tell(command.id, CommandEvent::Recovered, {},
                 [this, device = command.device, id = command.id](const Result<CommandStep>&) {
                     give_back(device, id);
                 });
        }
        recovered += sent->size();
    }
    if (recovered > 0) log::info("commands recovered", {{"commands", recovered}});
    return {};
}

}  // namespace cellwise::app
