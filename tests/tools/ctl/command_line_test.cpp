// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/command_line.hpp"

#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tools/ctl/global_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace cellwise::ctl {
namespace {

using testing::HasSubstr;

CommandLine parse(const std::vector<std::string>& words) {
    std::vector<const char*> argv{"cellwisectl"};
    for (const auto& word : words) argv.push_back(word.c_str());
    return parse_command_line(static_cast<int>(argv.size()), argv.data());
}
Command command_in(const std::vector<std::string>& words) { return std::get<Command>(parse(words)); }
bool is_wrong(const std::vector<std::string>& words) { return std::holds_alternative<WrongUsage>(parse(words)); }

TEST(CtlCommandLine, TakesGlobalOptionsBeforeAndBehindTheCommand) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--server", "http://s", "--json", "--token", "t", "tasks", "list", "--state", "wait"},
             {"tasks", "list", "--state", "wait", "--json", "--server", "http://s", "--token", "t"},
             {"tasks", "--json", "--token=t", "list", "--server=http://s", "--state=wait"}}) {
        const auto command = command_in(words);
        EXPECT_EQ(command.verb, find_verb(*find_resource("tasks"), "list"));
        EXPECT_EQ(command.wishes.server, "http://s");
        EXPECT_EQ(command.wishes.token, "t");
        EXPECT_TRUE(command.json);
        EXPECT_EQ(command.arguments.find("--state"), "wait");
    }
}

TEST(CtlCommandLine, TellsWordsFromTheValuesOfOptionsThatMayBeRepeated) {
    const auto command = command_in({"groups", "create", "--device", "a", "east", "--device", "b"});
    EXPECT_EQ(command.arguments.get("NAME"), "east");
    EXPECT_EQ(command.arguments.all("--device"), (std::vector<std::string>{"a", "b"}));
}

TEST(CtlCommandLine, TakesSeveralWordsWhereSeveralMayStand) {
    EXPECT_EQ(command_in({"products", "delete", "a", "b", "c"}).arguments.all("PRODUCT").size(), 3U);
    EXPECT_EQ(command_in({"groups", "add", "g", "a", "b"}).arguments.all("DEVICE").size(), 2U);
    EXPECT_TRUE(is_wrong({"products", "show", "a", "b"}));
    EXPECT_TRUE(is_wrong({"products", "delete"}));
}

TEST(CtlCommandLine, RefusesWhatMeansNothing) {
    EXPECT_TRUE(is_wrong({}));
    EXPECT_TRUE(is_wrong({"tasks"}));
    EXPECT_TRUE(is_wrong({"tasks", "list", "--states", "wait"}));
    EXPECT_TRUE(is_wrong({"tasks", "list", "--state", "waiting"}));
    EXPECT_TRUE(is_wrong({"tasks", "list", "--limit", "many"}));
    EXPECT_TRUE(is_wrong({"tasks", "list", "--limit", "1.5"}));
    EXPECT_TRUE(is_wrong({"tasks", "list", "--limit", "9999999999999999999"}));
    EXPECT_TRUE(is_wrong({"tasks", "list", "--limit", "1", "--limit", "2"}));
    EXPECT_TRUE(is_wrong({"health", "please"}));
}

TEST(CtlCommandLine, NamesWhatWasMeant) {
    EXPECT_THAT(std::get<WrongUsage>(parse({"taks", "list"})).text, HasSubstr(R"(did you mean "tasks"?)"));
    EXPECT_THAT(std::get<WrongUsage>(parse({"tasks", "lst"})).text, HasSubstr(R"(did you mean "list"?)"));
    EXPECT_THAT(std::get<WrongUsage>(parse({"cells", "frobnicate"})).text, HasSubstr("there are list"));
    EXPECT_THAT(std::get<WrongUsage>(parse({"\x1b[2J"})).text, HasSubstr("\\x1b[2J"));
}

TEST(CtlCommandLine, ShowsHelpAndVersionWhenAsked) {
    EXPECT_EQ(std::get<ShowText>(parse({"--version"})).text, "cellwisectl " CELLWISE_VERSION "\n");
    EXPECT_THAT(std::get<ShowText>(parse({"--help"})).text, HasSubstr("packages"));
    EXPECT_THAT(std::get<ShowText>(parse({"tasks", "create", "--help"})).text, HasSubstr("--all-devices"));
}

/// docs/man/cellwisectl.1 has every command with its words and options, and no others.
TEST(CtlCommandLine, IsWhatTheManualPageSays) {
    auto page = fakes::TemporaryDirectory::read(fakes::in_source_tree("docs/man/cellwisectl.1"));
    for (auto at = page.find("\\-"); at != std::string::npos; at = page.find("\\-", at)) page.erase(at, 1);
    std::set<std::string> documented;
    const std::regex option("--[a-z]+(-[a-z]+)*");
    for (std::sregex_token_iterator each(page.begin(), page.end(), option), end; each != end; ++each) {
        documented.insert(*each);
    }
    std::set<std::string> known{"--help"};
    for (const auto& each : global_options()) known.emplace(each.name);
    for (const auto& resource : command_table()) {
        const auto begin = page.find("\n.SS " + std::string(resource.name) + "\n");
        ASSERT_NE(begin, std::string::npos) << resource.name;
        const auto section = page.substr(begin, page.find("\n.S", begin + 1) - begin);
        for (const auto& verb : resource.verbs) {
            if (!verb.name.empty()) {
                EXPECT_THAT(section, HasSubstr("\n.B " + std::string(verb.name) + "\n")) << resource.name;
            }
            for (const auto& parameter : verb.parameters) {
                if (parameter.is_option()) known.emplace(parameter.name);
                const bool of_lists =
                    parameter.name == "--limit" || parameter.name == "--all" || parameter.name == "--cursor";
                EXPECT_TRUE(of_lists || section.find(parameter.name) != std::string::npos)
                    << resource.name << ' ' << parameter.name;
            }
        }
    }
    EXPECT_EQ(documented, known);
}

}  // namespace
}  // namespace cellwise::ctl
