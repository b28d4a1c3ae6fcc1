// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/arguments.hpp"

#include "cellwise/base/result.hpp"

#include <string_view>
#include <vector>

/// The whole command line as one table: the parser, the help, the completion and the test of the manual page read it.
namespace cellwise::ctl {

struct Session;

enum class Takes { Text, Number, Flag, File };
enum class Need { Optional, Required, AnyNumber, AtLeastOne };

/// An option ("--name") or, in capitals, a word behind the verb ("TASK").
struct Parameter {
    std::string_view name;
    std::string_view help;
    Takes takes = Takes::Text;
    Need need = Need::Optional;
    std::vector<std::string_view> choices{};  ///< if not empty, it is one of these

    bool is_option() const { return name.starts_with("--"); }
};

/// Does it and tells the output; an error is told by who called.
using Run = Status (*)(const Arguments& arguments, Session& session);

struct Verb {
    std::string_view name;
    std::string_view help;
    std::vector<Parameter> parameters;
    Run run;
};

struct Resource {
    std::string_view name;
    std::string_view alias;  ///< in the singular, as people say it; may be empty
    std::string_view help;
    std::vector<Verb> verbs;  ///< one without a name: the resource alone is the command
};

/// In the order in which help shows them.
const std::vector<Resource>& command_table();

/// By name or alias; null if there is none.
const Resource* find_resource(std::string_view name);
const Verb* find_verb(const Resource& resource, std::string_view name);

}  // namespace cellwise::ctl
