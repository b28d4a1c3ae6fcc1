// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/command_line.hpp"

#include "tests/fakes/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cellwise::sim {
namespace {

using What = Command::What;
using testing::AllOf;
using testing::HasSubstr;

Command parse(std::vector<const char*> words) {
    words.insert(words.begin(), "cellwise-sim");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

TEST(CommandLine, ReadsAPlan) {
    const auto command = parse({"lwm2m",
                                "--server",
                                "10.0.0.1:9",
                                "--devices",
                                "20",
                                "--cells",
                                "4",
                                "--loss",
                                "0.2",
                                "--delay-ms",
                                "5,50",
                                "--sleep",
                                "20",
                                "--time-scale",
                                "10",
                                "--install-time",
                                "3.5",
                                "--timeout",
                                "60",
                                "--until-done",
                                "--seed",
                                "77",
                                "--limits",
                                "4,3,2,1",
                                "--json",
                                "out.json",
                                "--target-version",
                                "V2.0",
                                "--count-until",
                                "download"});
    ASSERT_EQ(command.what, What::Run) << command.text;
    const auto& plan = command.plan;
    EXPECT_EQ(plan.server_host, "10.0.0.1");
    EXPECT_EQ(plan.server_port, 9);
    EXPECT_EQ(plan.device_count(), 20U);
    EXPECT_EQ(plan.cells.size(), 4U);
    EXPECT_EQ(plan.network.loss, 0.2);
    EXPECT_EQ(plan.network.delay_most, Duration{50});
    EXPECT_EQ(plan.timing.listens_after_uplink, Duration{20'000});
    EXPECT_EQ(plan.timing.install, Duration{3'500});
    EXPECT_EQ(plan.timeout, Duration{60'000});
    EXPECT_TRUE(plan.until_done);
    EXPECT_EQ(plan.seed, 77U);
    EXPECT_EQ(plan.limits.level1, 3U);
    EXPECT_EQ(plan.target_version->raw(), "V2.0");
    EXPECT_EQ(plan.count_until, CountUntil::Download);
    EXPECT_EQ(command.json_file, "out.json");
}

TEST(CommandLine, RunsOneDeviceWithoutAnyOption) {
    const auto command = parse({"lwm2m"});
    ASSERT_EQ(command.what, What::Run) << command.text;
    EXPECT_EQ(command.plan.device_count(), 1U);
    EXPECT_EQ(command.plan.from_version.raw(), "V1.0");
}

TEST(CommandLine, NamesOptionRuleAndValueOfAMistake) {
    const auto wrong = parse({"lwm2m", "--faults", "fail-22-0a"});
    EXPECT_EQ(wrong.what, What::Wrong);
    EXPECT_THAT(wrong.text, AllOf(HasSubstr("--faults"), HasSubstr("fail-22-0a")));
    for (const std::vector<const char*>& words :
         std::vector<std::vector<const char*>>{{},
                                               {"telepathy"},
                                               {"lwm2m", "--loss", "1.5"},
                                               {"lwm2m", "--devices", "-3"},
                                               {"lwm2m", "--devices", "0"},
                                               {"lwm2m", "--nonsense"},
                                               {"lwm2m", "--expect-sha256", "abc"},
                                               {"lwm2m", "--from-version", "a version that is far too long"},
                                               {"lwm2m", "--time-scale", "0"},
                                               {"lwm2m", "--profile", "splendid"},
                                               {"lwm2m", "--cells", "1:5", "--devices", "6"}}) {
        const auto command = parse(words);
        EXPECT_EQ(command.what, What::Wrong) << (words.empty() ? "" : words.back());
        EXPECT_FALSE(command.text.empty());
    }
}

TEST(CommandLine, ListsTheFleetInTwoForms) {
    EXPECT_EQ(parse({"lwm2m", "--list"}).what, What::ListCsv);
    EXPECT_EQ(parse({"lwm2m", "--list", "--list-format", "ndjson"}).what, What::ListNdjson);
}

TEST(CommandLine, ExplainsEveryTraitAndFault) {
    const auto dialects = parse({"lwm2m", "--help-dialects"});
    EXPECT_EQ(dialects.what, What::Help);
    for (const auto& info : trait_table()) EXPECT_THAT(dialects.text, HasSubstr(std::string(info.name)));
    const auto faults = parse({"lwm2m", "--help-faults"});
    for (const auto& info : fault_table()) EXPECT_THAT(faults.text, HasSubstr(std::string(info.name)));
    EXPECT_THAT(parse({"lwm2m", "--help"}).text, HasSubstr("--expect-sha256"));
}

TEST(CommandLine, IsDocumentedToTheLastOptionTraitAndFault) {
    std::ifstream file(fakes::in_source_tree("docs/simulator.md"));
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(page.empty());
    const auto help = parse({"lwm2m", "--help"}).text;
    for (auto at = help.find("--"); at != std::string::npos; at = help.find("--", at)) {
        const auto end = help.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", at);
        const auto option = help.substr(at, end - at);
        at = end;
        if (option == "--help") continue;
        EXPECT_THAT(page, HasSubstr('`' + option));
    }
    for (const auto& info : trait_table()) EXPECT_THAT(page, HasSubstr('`' + std::string(info.name) + '`'));
    for (const auto& info : fault_table()) EXPECT_THAT(page, HasSubstr('`' + std::string(info.name) + '`'));
}

}  // namespace
}  // namespace cellwise::sim
