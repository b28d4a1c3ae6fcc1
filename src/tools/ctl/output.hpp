// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/shell/tone.hpp"

#include "cellwise/base/result.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace cellwise::ctl {

enum class Format { Words, Json };

/// What a command ends with; scripts rely on it.
enum class ExitCode {
    Done = 0,
    Refused = 1,      ///< by the server, or a file of ours cannot be used
    Usage = 2,        ///< the command line or ctl.toml means nothing
    Unreachable = 3,  ///< nobody answers, or nobody that is trusted
    NotAllowed = 4,   ///< no token, a wrong one, or one of a lesser role
    TaskFailed = 5,   ///< the task that was watched ended otherwise than in success
    Interrupted = 130
};
ExitCode exit_code_of(const Error& error);

struct ScreenSize {
    std::size_t width = 80;
    std::size_t height = 24;
};

/// Where commands tell what they found: to people in words, to programs as the API's own JSON, one text a line.
class Output {
 public:
    struct Place {
        Format format = Format::Words;
        shell::Colour colour = shell::Colour::Off;
        /// Of the terminal that gets the results, asked for anew each time: it may be made larger. Empty: there is
        /// none.
        std::function<ScreenSize()> screen{};
        bool err_is_terminal = false;
    };
    Output(std::ostream& out, std::ostream& err, Place place);

    bool as_json() const { return place_.format == Format::Json; }
    shell::Colour colour() const { return place_.colour; }
    std::optional<ScreenSize> screen() const { return place_.screen ? std::optional(place_.screen()) : std::nullopt; }
    /// Of the terminal; nothing where there is none.
    std::optional<std::size_t> width() const {
        return place_.screen ? std::optional(place_.screen().width) : std::nullopt;
    }
    /// For a bar; null where nobody looks.
    std::ostream* progress() const { return place_.err_is_terminal ? &err_ : nullptr; }
    std::ostream& words() { return out_; }

    void json(std::string_view text);
    /// A part of such a text; json() ends it.
    void json_piece(std::string_view text);
    /// One line for people beside the result: standard error.
    void note(std::string_view text);
    /// What was done, where nothing was answered that could be shown. Programs are told by the exit code.
    void done(std::string_view text);
    /// Why it failed, and what to do now. `problem`: the API's own document, for programs.
    ExitCode fail(const Error& error, std::string_view problem, std::string_view advice);

 private:
    std::ostream& out_;
    std::ostream& err_;
    Place place_;
    bool told_ = false;  ///< a result went out: an error behind it is for people alone
};

}  // namespace cellwise::ctl
