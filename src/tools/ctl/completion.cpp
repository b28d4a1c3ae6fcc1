// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/completion.hpp"

#include "tools/ctl/global_options.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"

#include <algorithm>

namespace cellwise::ctl {
namespace {

using enum Takes;
using enum Need;

constexpr std::string_view kBash = R"(# bash completion for cellwisectl; put it into /etc/bash_completion.d
_cellwisectl() {
  local found=() line
  while IFS= read -r line; do found+=("${line%%$'\t'*}"); done \
    < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "${found[0]-}" = ":files" ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
  else
    COMPREPLY=("${found[@]}")
  fi
}
complete -F _cellwisectl cellwisectl
)";

constexpr std::string_view kZsh = R"(#compdef cellwisectl
# zsh completion for cellwisectl; put it as _cellwisectl into a folder of $fpath
_cellwisectl() {
  local -a found described
  local line
  found=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "${found[1]}" == ":files" ]]; then
    _files
    return
  fi
  for line in "${found[@]}"; do
    [[ -n "$line" ]] && described+=("${line/$'\t'/:}")
  done
  _describe 'cellwisectl' described
}
if [[ "${funcstack[1]}" == "_cellwisectl" ]]; then
  _cellwisectl "$@"
else
  compdef _cellwisectl cellwisectl
fi
)";

const Parameter* find_option(const Verb* verb, std::string_view name) {
    const auto among = [name](const std::vector<Parameter>& parameters) -> const Parameter* {
        const auto found = std::ranges::find(parameters, name, &Parameter::name);
        return found == parameters.end() ? nullptr : &*found;
    };
    const auto* own = verb == nullptr ? nullptr : among(verb->parameters);
    return own == nullptr ? among(global_options()) : own;
}

/// How far the line is understood before the word that is being written.
struct Place {
    const Resource* resource = nullptr;
    const Verb* verb = nullptr;
    std::size_t positionals = 0;          ///< behind the verb
    const Parameter* value_of = nullptr;  ///< the word is this option's value
    bool lost = false;                    ///< a word that means nothing
};

Place place_of(std::span<const std::string> before) {
    Place place;
    for (const auto& word : before) {
        if (place.value_of != nullptr) {
            place.value_of = nullptr;
        } else if (word.starts_with('-')) {
            const auto* option = find_option(place.verb, word);
            if (option != nullptr && option->takes != Flag) place.value_of = option;
        } else if (place.resource == nullptr) {
            place.resource = find_resource(word);
            place.lost = place.lost || place.resource == nullptr;
            if (place.resource != nullptr) place.verb = find_verb(*place.resource, "");
        } else if (place.verb == nullptr) {
            place.verb = find_verb(*place.resource, word);
            place.lost = place.lost || place.verb == nullptr;
        } else {
            ++place.positionals;
        }
    }
    return place;
}

/// The values of a parameter, as far as they are known here.
Completions values_of(const Parameter& parameter) {
    Completions found;
    found.files = parameter.takes == File;
    for (const auto choice : parameter.choices) found.words.push_back({choice, {}});
    return found;
}

Completions options_of(const Verb* verb) {
    Completions found;
    const auto add = [&found](const std::vector<Parameter>& parameters) {
        for (const auto& parameter : parameters) {
            if (parameter.is_option()) found.words.push_back({parameter.name, parameter.help});
        }
    };
    if (verb != nullptr) add(verb->parameters);
    add(global_options());
    found.words.push_back({"--help", "what there is, and what it takes"});
    return found;
}

Completions positional_of(const Verb& verb, std::size_t index) {
    const Parameter* last = nullptr;
    for (const auto& parameter : verb.parameters) {
        if (parameter.is_option()) continue;
        last = &parameter;
        if (index-- == 0) return values_of(parameter);
    }
    const bool repeats = last != nullptr && (last->need == AnyNumber || last->need == AtLeastOne);
    return repeats ? values_of(*last) : Completions{};
}

Completions candidates(const Place& place, std::string_view word) {
    if (place.lost) return {};
    if (place.value_of != nullptr) return values_of(*place.value_of);
    if (word.starts_with('-')) return options_of(place.verb);
    Completions found;
    if (place.resource == nullptr) {
        for (const auto& resource : command_table()) found.words.push_back({resource.name, resource.help});
        return found;
    }
    if (place.verb != nullptr) return positional_of(*place.verb, place.positionals);
    for (const auto& verb : place.resource->verbs) found.words.push_back({verb.name, verb.help});
    return found;
}

Status print_script(const Arguments& arguments, Session& session) {
    session.output.words() << completion_script(arguments.get("SHELL"));
    return {};
}

}  // namespace

Completions complete(std::span<const std::string> words) {
    if (words.empty()) return {};
    auto found = candidates(place_of(words.first(words.size() - 1)), words.back());
    std::erase_if(found.words, [&](const auto& candidate) { return !candidate.word.starts_with(words.back()); });
    return found;
}

std::string completion_text(const Completions& completions) {
    if (completions.files) return ":files\n";
    std::string text;
    for (const auto& [word, help] : completions.words) text.append(word).append("\t").append(help) += '\n';
    return text;
}

std::string_view completion_script(std::string_view shell) { return shell == "zsh" ? kZsh : kBash; }

Resource completion_commands() {
    return {"completion",
            "",
            "the script by which a shell completes these commands",
            {{"", "", {{"SHELL", "which shell", Text, Required, {"bash", "zsh"}}}, print_script}}};
}

}  // namespace cellwise::ctl
