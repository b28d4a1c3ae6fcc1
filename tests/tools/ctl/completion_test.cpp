// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/completion.hpp"

#include "ctl_fixture.hpp"

#include <sys/wait.h>

#include <cstdlib>

namespace cellwise::ctl::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> offered(const std::vector<std::string>& words) {
    std::vector<std::string> names;
    for (const auto& word : complete(words).words) names.emplace_back(word.word);
    return names;
}

TEST(Completion, OffersResourcesThenVerbs) {
    EXPECT_THAT(offered({"ta"}), ElementsAre("tasks"));
    EXPECT_THAT(offered({""}), Contains("devices"));
    EXPECT_THAT(offered({"tasks", "re"}), ElementsAre("resume", "retry"));
    EXPECT_THAT(offered({"task", "w"}), ElementsAre("watch"));
    EXPECT_THAT(offered({"nothing", ""}), IsEmpty());
    EXPECT_TRUE(complete({}).words.empty());
}

TEST(Completion, OffersOptionsOfTheVerbAndThoseOfAll) {
    const auto options = offered({"tasks", "list", "--"});
    EXPECT_THAT(options, Contains("--state"));
    EXPECT_THAT(options, Contains("--server"));
    EXPECT_THAT(options, Not(Contains("--package")));
    EXPECT_THAT(offered({"--js"}), ElementsAre("--json"));
}

TEST(Completion, OffersTheValuesOfAnOption) {
    EXPECT_THAT(offered({"tasks", "list", "--state", "s"}), ElementsAre("success", "stop"));
    EXPECT_THAT(offered({"events", "--only", ""}), ElementsAre("task", "job", "cells"));
    EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash", "zsh"));
    EXPECT_THAT(offered({"tasks", "create", "--name", ""}), IsEmpty());
}

TEST(Completion, LooksPastTheValuesOfOptions) {
    EXPECT_THAT(offered({"events", "--task", "t1", "--si"}), ElementsAre("--since"));
    EXPECT_THAT(offered({"--server", "tasks", "--json", "ce"}), ElementsAre("cells"));
    EXPECT_THAT(offered({"tasks", "list", "--state", "wait", "--li"}), ElementsAre("--limit"));
}

TEST(Completion, AsksForFilesWhereOneIsWanted) {
    EXPECT_TRUE(complete(std::vector<std::string>{"packages", "upload", ""}).files);
    EXPECT_TRUE(complete(std::vector<std::string>{"--token-file", ""}).files);
    EXPECT_FALSE(complete(std::vector<std::string>{"packages", "upload", "x", ""}).files);
    EXPECT_EQ(completion_text(complete(std::vector<std::string>{"packages", "upload", ""})), ":files\n");
}

TEST(Completion, TellsTheHelpBehindATab) {
    EXPECT_EQ(completion_text(complete(std::vector<std::string>{"tasks", "watch"})),
              "watch\tlook on until it has ended; 5 if it was no success\n");
}

/// The scripts themselves, in their shells, with the built program.
class CompletionScript : public CtlFixture {
 protected:
    std::string in_shell(const std::string& shell, const std::string& script) {
        const auto file = files_.write("script", script);
        const auto command = "cd " + files_.path().string() + " && PATH=$(dirname " CELLWISECTL "):$PATH " + shell +
                             " script >out 2>&1 </dev/null";
        const int status = std::system(command.c_str());
        const auto out = files_.read(files_ / "out");
        EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0) << out;
        return out;
    }
};

TEST_F(CompletionScript, AnswersBash) {
    const std::string begin =
        "set -u\nsource <(cellwisectl completion bash)\n"
        "tab() { COMP_WORDS=(cellwisectl \"$@\"); COMP_CWORD=$#; COMPREPLY=(); _cellwisectl; "
        "echo \"${COMPREPLY[*]-}\"; }\n";
    files_.write("some.zip", "");
    EXPECT_EQ(
        in_shell("bash", begin + "complete -p cellwisectl\ntab task\ntab tasks re\ntab tasks list --state s\n"
                                 "tab packages upload so\ntab events --only ''\ntab nothing ''\n"),
        "complete -F _cellwisectl cellwisectl\ntasks\nresume retry\nsuccess stop\nsome.zip\ntask job cells\n\n");
}

TEST_F(CompletionScript, AnswersZsh) {
    if (std::system("command -v zsh >/dev/null") != 0) GTEST_SKIP() << "there is no zsh";
    const std::string begin =
        "compdef() { :; }\nsource <(cellwisectl completion zsh)\n"
        "_describe() { print -l -- ${(P)2}; }\n_files() { print files; }\n"
        "tab() { words=(cellwisectl \"$@\"); CURRENT=$(($# + 1)); _cellwisectl; }\n";
    EXPECT_EQ(
        in_shell("zsh -f", begin + "tab tasks watch\ntab packages upload so\ntab tasks list --state s\n"
                                   "tab events --only ''\n"),
        "watch:look on until it has ended; 5 if it was no success\nfiles\nsuccess:\nstop:\ntask:\njob:\ncells:\n");
}

}  // namespace
}  // namespace cellwise::ctl::test
