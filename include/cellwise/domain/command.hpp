// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

/// The life of a command to a device: one pure, total function over one table (src/domain/command.cpp). Everything
/// that changes a command goes through step().
namespace cellwise::domain {

/// Where a command stands. Stored by name, before the side effect of entering it.
enum class CommandState {
    Pending,     ///< waits for its device, for those before it, or for the end of an upgrade
    Sent,        ///< handed to the link; of a device one at a time
    Delivered,   ///< the device's transport confirmed it: the end, unless the device answers
    Successful,  ///< the device answered so
    Failed,      ///< the device answered so, or its transport refused it
    Timeout,     ///< never confirmed: it may or may not have been heard
    Expired,     ///< its time was over before it was sent
    Canceled     ///< by the application server, before it was sent
};
inline constexpr std::array kCommandStates{CommandState::Pending,    CommandState::Sent,    CommandState::Delivered,
                                           CommandState::Successful, CommandState::Failed,  CommandState::Timeout,
                                           CommandState::Expired,    CommandState::Canceled};
std::string_view to_string(CommandState state);  ///< "PENDING", "SENT", ...: the words of the northbound API
std::optional<CommandState> parse_command_state(std::string_view name);
std::ostream& operator<<(std::ostream& out, CommandState state);

/// What the device is told, as the application server put it.
struct CommandContent {
    std::string service_id{};
    std::string method{};
    std::string paras{};  ///< a JSON object, compact
    friend bool operator==(const CommandContent&, const CommandContent&) = default;
};

struct Command {
    CommandId id{};
    AppId app{};
    DeviceId device{};
    CommandContent content{};
    std::string callback_url{};        ///< empty: nobody is told
    Duration expire_time{0};           ///< as given: how long after its creation it may be sent; 0: at once
    std::uint32_t max_retransmit = 0;  ///< how often it is sent again although it may have been heard
    std::uint16_t mid = 0;             ///< 1..65535: what the device's answer names it by
    Bytes payload{};                   ///< what is sent
    CommandState state = CommandState::Pending;
    std::optional<Timestamp> deadline{};  ///< when DeadlinePassed is due
    std::uint32_t issued_times = 0;       ///< how often it was sent
    std::string result{};                 ///< what the device answered: a JSON object, or empty
    Timestamp created_at{};
    std::optional<Timestamp> issued_at{};     ///< sent last
    std::optional<Timestamp> delivered_at{};  ///< confirmed by the device's transport
    std::optional<Timestamp> settled_at{};    ///< in a state in which nothing is due any more

    friend bool operator==(const Command&, const Command&) = default;
};

enum class CommandEvent {
    Released,        ///< its turn: the device listens, nothing stands before it
    Confirmed,       ///< the device's transport confirmed it
    Refused,         ///< the device's transport answered with an error
    Unsent,          ///< the device slept already: it was not sent
    Unconfirmed,     ///< no confirmation came
    AnsweredWell,    ///< the device says that it did it
    AnsweredBadly,   ///< the device says that it could not
    DeadlinePassed,  ///< command.deadline is over
    CancelRequested,
    Recovered  ///< the process restarted: what became of the sending is not known
};
inline constexpr std::size_t kCommandEvents = 10;
std::string_view to_string(CommandEvent event);

struct CommandStep {
    Command command;
    bool handled = false;  ///< false: the table has no row for it, nothing changed
    bool send = false;     ///< to the device, after the commit
    bool tell = false;     ///< the application server, if it wants to know: part of the commit
};

/// `result` is what the device answered with; only the two answers have one.
CommandStep step(Command command, CommandEvent event, Timestamp now, std::string_view result = {});

/// Commands of one device that may be pending at once.
inline constexpr std::int64_t kMostPendingCommands = 20;
/// A command that is to be sent at once has this long to find its device free and listening.
inline constexpr Duration kAtOnce = std::chrono::seconds{1};
/// Bytes of a command on the wire.
inline constexpr std::size_t kLongestCommand = 1'024;

/// A new one, to be sent until its expire_time is over.
void begin(Command& command, Timestamp now);

/// The number after that of the device's last command; 0: it had none.
std::uint16_t next_mid(std::uint16_t last);

/// May these bytes go to a device as a command? Not if they could be taken for PCP (docs/pcp.md: start id FFFE).
bool looks_like_pcp(ByteView payload);

/// The table as a Markdown page, which docs/states.md ends with.
std::string describe_command_table();

}  // namespace cellwise::domain
