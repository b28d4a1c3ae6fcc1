// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/command_line.hpp"

#include "json/nearest.hpp"
#include "tools/ctl/global_options.hpp"
#include "tools/shell/display_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <list>
#include <map>
#include <sstream>

namespace cellwise::ctl {
namespace {

constexpr const char* kAbout =
    "Runs a Cellwise daemon from the command line. docs/cellwisectl.md is a session of five minutes.";

/// Where the parser puts what it finds; it must not move.
struct Found {
    const Parameter* parameter = nullptr;
    CLI::App* owner = nullptr;
    std::vector<std::string> values{};
    bool flag = false;
};
using AllFound = std::list<Found>;

/// The type's place in the help: "FILE", "N", "on|off".
std::string label_of(const Parameter& parameter) {
    if (parameter.takes == Takes::File) return "FILE";
    if (parameter.takes == Takes::Number) return "N";
    std::string label;
    for (const auto choice : parameter.choices) label.append(label.empty() ? "" : "|").append(choice);
    return label.empty() ? "TEXT" : label;
}

/// Empty for a number, else the rule, as CLI11 wants it.
std::string whole_number(const std::string& text) {
    const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    constexpr std::size_t kMostDigits = 18;  // that every 64 bits hold
    if (digits && !text.empty() && text.size() <= kMostDigits) return {};
    return "must be a whole number: " + shell::escaped(text);
}

void add_parameter(CLI::App& app, const Parameter& parameter, AllFound& all) {
    auto& found = all.emplace_back(Found{.parameter = &parameter, .owner = &app});
    const std::string name(parameter.name);
    const std::string help(parameter.help);
    if (parameter.takes == Takes::Flag) {
        app.add_flag(name, found.flag, help);
        return;
    }
    const bool repeats = parameter.need == Need::AnyNumber || parameter.need == Need::AtLeastOne;
    auto* option = app.add_option(name, found.values, help)->type_name(label_of(parameter));
    if (!repeats) option->expected(1);
    // "--device A --device B": what follows without a dash is no value, but the next word.
    if (!repeats || parameter.is_option()) option->allow_extra_args(false);
    if (parameter.need == Need::Required || parameter.need == Need::AtLeastOne) option->required();
    if (parameter.takes == Takes::Number) option->check(whole_number);
    if (!parameter.choices.empty()) {
        option->check(CLI::IsMember(std::vector<std::string>(parameter.choices.begin(), parameter.choices.end())));
    }
}

struct Parser {
    Parser() {
        app.fallthrough();  // global options may stand behind the command
        app.require_subcommand(1);
        for (const auto& option : global_options()) {
            if (option.name != "--version") add_parameter(app, option, found);
        }
        app.set_version_flag("--version", "cellwisectl " CELLWISE_VERSION);
        for (const auto& resource : command_table()) add_resource(resource);
    }

    void add_resource(const Resource& resource) {
        auto* group = app.add_subcommand(std::string(resource.name), std::string(resource.help));
        group->fallthrough();
        if (!resource.alias.empty()) group->alias(std::string(resource.alias));
        if (const auto* alone = find_verb(resource, "")) {
            add_verb(*group, *alone);
            return;
        }
        group->require_subcommand(1);
        for (const auto& verb : resource.verbs) {
            auto* command = group->add_subcommand(std::string(verb.name), std::string(verb.help));
            command->fallthrough();
            add_verb(*command, verb);
        }
    }

    void add_verb(CLI::App& command, const Verb& verb) {
        verbs[&command] = &verb;
        for (const auto& parameter : verb.parameters) add_parameter(command, parameter, found);
    }

    CLI::App app{kAbout, "cellwisectl"};
    AllFound found{};
    std::map<const CLI::App*, const Verb*> verbs{};
};

/// "did you mean", where the word that nobody knows is a resource or a verb.
std::string hint_for(int argc, const char* const* argv) {
    std::vector<std::string_view> names;
    const Resource* resource = nullptr;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with('-')) return {};  // its value may be a word like any other
        names.clear();
        if (resource == nullptr) {
            resource = find_resource(word);
            if (resource != nullptr) continue;
            for (const auto& each : command_table()) names.push_back(each.name);
        } else if (find_verb(*resource, word) == nullptr && find_verb(*resource, "") == nullptr) {
            for (const auto& each : resource->verbs) names.push_back(each.name);
        } else {
            return {};
        }
        std::string hint = "cellwisectl: there is no \"" + shell::escaped(word) + '"';
        if (resource != nullptr) hint += " for " + std::string(resource->name);
        const auto near = json::nearest(word, names);
        if (!near.empty()) return hint + "; did you mean \"" + near + "\"?\n";
        hint += "; there are";
        for (const auto name : names) hint.append(" ").append(name);
        return hint + '\n';
    }
    return {};
}

CommandLine not_a_command(const CLI::App& app, const CLI::Error& error, int argc, const char* const* argv) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(error, out, err) == 0) return ShowText{out.str()};
    auto hint = hint_for(argc, argv);
    return WrongUsage{hint.empty() ? err.str() : hint};
}

void take_global(Command& command, const Found& found) {
    const auto name = found.parameter->name;
    if (name == "--json") command.json = found.flag;
    if (name == "--no-color") command.no_color = found.flag;
    if (found.values.empty()) return;
    const auto& value = found.values.front();
    if (name == "--idempotency-key") command.idempotency_key = value;
    const std::pair<std::string_view, std::optional<std::string>*> targets[] = {
        {"--server", &command.wishes.server},         {"--token", &command.wishes.token},
        {"--token-file", &command.wishes.token_file}, {"--ca", &command.wishes.ca},
        {"--cert", &command.wishes.certificate},      {"--key", &command.wishes.key}};
    for (const auto& [option, target] : targets) {
        if (name == option) *target = value;
    }
}

/// What was found for the verb that was chosen, and what holds for all.
Command command_of(const CLI::App& app, const CLI::App* chosen, const AllFound& all, const Verb& verb) {
    Command command{.verb = &verb};
    for (const auto& found : all) {
        if (found.owner == &app) take_global(command, found);
        if (found.owner != chosen) continue;
        for (const auto& value : found.values) command.arguments.add(found.parameter->name, value);
        if (found.flag) command.arguments.add(found.parameter->name, "true");
    }
    return command;
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
    Parser parser;
    try {
        parser.app.parse(argc, argv);
    } catch (const CLI::Error& error) {
        return not_a_command(parser.app, error, argc, argv);
    }
    const CLI::App* chosen = &parser.app;
    while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
    return command_of(parser.app, chosen, parser.found, *parser.verbs.at(chosen));
}

}  // namespace cellwise::ctl
