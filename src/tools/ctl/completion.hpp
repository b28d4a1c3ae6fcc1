// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a shell offers at TAB. The scripts of the shells ask the program itself ("cellwisectl __complete WORD…"), so
/// there is one truth: the table.
namespace cellwise::ctl {

struct Completions {
    struct Word {
        std::string_view word;
        std::string_view help;
    };
    std::vector<Word> words{};
    bool files = false;  ///< the shell's own names of files
};

/// `words`: all behind the program's name, the last is the one being written, perhaps empty.
Completions complete(std::span<const std::string> words);

/// A word a line, a tab and its help behind it; ":files" alone where files are wanted. What the scripts read.
std::string completion_text(const Completions& completions);

/// The script for "bash" or "zsh".
std::string_view completion_script(std::string_view shell);

inline constexpr std::string_view kCompleteCommand = "__complete";

}  // namespace cellwise::ctl
