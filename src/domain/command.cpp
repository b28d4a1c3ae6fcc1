// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/command.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::domain {
namespace {

/// A device that listens at all times gets its retransmissions for some 12 minutes (RFC 7252, 4.8.2, with 15 s to
/// begin with), behind what else is on its way. This ends what nobody reports the end of.
constexpr Duration kConfirmation = std::chrono::minutes{15};

/// One step under way.
struct Stepper {
    CommandStep out;
    Timestamp now;
    std::string_view result;

    Command& command() { return out.command; }

    void settle(CommandState state) {
        command().state = state;
        command().deadline.reset();
        command().settled_at = now;
        out.tell = true;
    }
    void wait() {
        command().state = CommandState::Pending;
        command().deadline = expiry();
    }
    Timestamp expiry() { return command().created_at + std::max(command().expire_time, kAtOnce); }
};

// What the rows do. ----------------------------------------------------------------------------------------------

void expire(Stepper& s) { s.settle(CommandState::Expired); }

void issue(Stepper& s) {
    if (s.now >= s.expiry()) return expire(s);
    s.command().state = CommandState::Sent;
    s.command().deadline = s.now + kConfirmation;
    s.command().issued_at = s.now;
    ++s.command().issued_times;
    s.out.send = true;
    s.out.tell = true;
}

void cancel(Stepper& s) {
    s.settle(CommandState::Canceled);
    s.out.tell = false;  // whoever wants to know did it
}

void deliver(Stepper& s) {
    s.command().delivered_at = s.now;
    s.settle(CommandState::Delivered);
}

void fail(Stepper& s) { s.settle(CommandState::Failed); }

void take_back(Stepper& s) {
    --s.command().issued_times;
    s.wait();
}

/// It may have been heard: sent again only as often as the application server allows.
void doubt(Stepper& s) {
    if (s.command().issued_times > s.command().max_retransmit || s.now >= s.expiry()) {
        return s.settle(CommandState::Timeout);
    }
    s.wait();
}

void take_answer(Stepper& s, CommandState state) {
    // A device cannot answer what it was never sent.
    if (s.command().issued_times == 0) {
        s.out.handled = false;
        return;
    }
    s.command().result = s.result;
    if (!s.command().delivered_at) s.command().delivered_at = s.now;
    s.settle(state);
}
void succeed(Stepper& s) { take_answer(s, CommandState::Successful); }
void fail_by_answer(Stepper& s) { take_answer(s, CommandState::Failed); }

// The table. -----------------------------------------------------------------------------------------------------

using enum CommandState;
using enum CommandEvent;

struct Row {
    CommandState from;
    CommandEvent on;
    void (*action)(Stepper&);
    std::string_view words;
};

// clang-format off
constexpr std::array kTable{
    Row{Pending,   Released,        issue,          "Sent: to the device; its time is over: Expired"},
    Row{Pending,   DeadlinePassed,  expire,         "Expired"},
    Row{Pending,   CancelRequested, cancel,         "Canceled"},
    Row{Pending,   AnsweredWell,    succeed,        "Successful, if it was sent before: the confirmation was lost"},
    Row{Pending,   AnsweredBadly,   fail_by_answer, "Failed, if it was sent before"},

    Row{Sent,      Confirmed,       deliver,        "Delivered"},
    Row{Sent,      Refused,         fail,           "Failed"},
    Row{Sent,      Unsent,          take_back,      "Pending: it was not sent"},
    Row{Sent,      Unconfirmed,     doubt,          "Timeout; Pending while maxRetransmit allows it"},
    Row{Sent,      DeadlinePassed,  doubt,          "Timeout; Pending while maxRetransmit allows it"},
    Row{Sent,      Recovered,       doubt,          "Timeout; Pending while maxRetransmit allows it"},
    Row{Sent,      AnsweredWell,    succeed,        "Successful"},
    Row{Sent,      AnsweredBadly,   fail_by_answer, "Failed"},

    Row{Delivered, AnsweredWell,    succeed,        "Successful"},
    Row{Delivered, AnsweredBadly,   fail_by_answer, "Failed"},
};
// clang-format on

constexpr std::array<std::string_view, kCommandStates.size()> kStateNames{
    "PENDING", "SENT", "DELIVERED", "SUCCESSFUL", "FAILED", "TIMEOUT", "EXPIRED", "CANCELED"};
constexpr std::array<std::string_view, kCommandEvents> kEventNames{
    "Released",     "Confirmed",     "Refused",        "Unsent",          "Unconfirmed",
    "AnsweredWell", "AnsweredBadly", "DeadlinePassed", "CancelRequested", "Recovered"};

consteval bool has_two_rows_for_one_case() {
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        for (std::size_t j = i + 1; j < kTable.size(); ++j) {
            if (kTable[i].from == kTable[j].from && kTable[i].on == kTable[j].on) return true;
        }
    }
    return false;
}
static_assert(!has_two_rows_for_one_case());

}  // namespace

std::string_view to_string(CommandState state) { return kStateNames[static_cast<std::size_t>(state)]; }
std::string_view to_string(CommandEvent event) { return kEventNames[static_cast<std::size_t>(event)]; }

std::optional<CommandState> parse_command_state(std::string_view name) {
    for (const auto state : kCommandStates) {
        if (name == to_string(state)) return state;
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, CommandState state) { return out << to_string(state); }

CommandStep step(Command command, CommandEvent event, Timestamp now, std::string_view result) {
    Stepper stepper{{.command = std::move(command)}, now, result};
    for (const auto& row : kTable) {
        if (row.from != stepper.command().state || row.on != event) continue;
        stepper.out.handled = true;
        row.action(stepper);
        break;
    }
    return std::move(stepper.out);
}

void begin(Command& command, Timestamp now) {
    command.created_at = now;
    command.deadline = now + std::max(command.expire_time, kAtOnce);
}

std::uint16_t next_mid(std::uint16_t last) { return last == 0xFFFF ? 1 : static_cast<std::uint16_t>(last + 1); }

bool looks_like_pcp(ByteView payload) { return payload.size() >= 2 && payload[0] == 0xFF && payload[1] == 0xFE; }

std::string describe_command_table() {
    std::string page =
        "\n# The life of a command\n\nGenerated from the table in `src/domain/command.cpp`; what has no row changes "
        "nothing.\n\n| state | event | what happens |\n|---|---|---|\n";
    for (const auto& row : kTable) {
        page.append("| ").append(to_string(row.from)).append(" | ").append(to_string(row.on));
        page.append(" | ").append(row.words).append(" |\n");
    }
    return page;
}

}  // namespace cellwise::domain
