// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/command_line.hpp"

#include "tests/fakes/source_tree.hpp"
#include "tools/sim/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cellwise::sim::mqtt {
namespace {

using What = Command::What;
using testing::AllOf;
using testing::HasSubstr;

Command parse(std::vector<const char*> words) {
    words.insert(words.begin(), "cellwise-sim");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

TEST(MqttCommandLine, ReadsAPlan) {
    const auto command = parse({"mqtt",
                                "--broker",
                                "mqtts://[::1]",
                                "--ca",
                                "ca.pem",
                                "--devices",
                                "20",
                                "--cells",
                                "4",
                                "--dialects",
                                "hush+reboots:3,all:1",
                                "--faults",
                                "none:9,wrong-hash:1",
                                "--target-version",
                                "V2.0",
                                "--seed",
                                "9",
                                "--time-scale",
                                "10",
                                "--install-time",
                                "3",
                                "--limits",
                                "4,3,2,1",
                                "--radio-names",
                                "a,b,c,d"});
    ASSERT_EQ(command.what, What::Run) << command.text;
    EXPECT_FALSE(command.has_lwm2m());
    const auto& plan = command.mqtt;
    EXPECT_EQ(plan.broker.host, "::1");
    EXPECT_EQ(plan.broker.port, 8883);
    EXPECT_TRUE(plan.broker.tls);
    EXPECT_EQ(plan.broker.ca_file, "ca.pem");
    EXPECT_EQ(plan.downloads.ca_file, "ca.pem");
    EXPECT_EQ(plan.device_count(), 20U);
    EXPECT_EQ(plan.seed, 9U);
    EXPECT_EQ(plan.time_scale, 10);
    EXPECT_EQ(plan.timing.install, Duration{3'000});
    EXPECT_EQ(plan.radio_names.cell, "d");
    EXPECT_EQ(command.plan.limits.no_cell, 0U);
}

TEST(MqttCommandLine, MixesBothInTheSameCells) {
    const auto command = parse({"mixed", "--devices", "6", "--mqtt-devices", "4", "--cells", "2", "--mqtt-cells", "2",
                                "--faults", "fail-22-07", "--mqtt-faults", "wrong-hash", "--seed", "3"});
    ASSERT_EQ(command.what, What::Run) << command.text;
    EXPECT_TRUE(command.has_lwm2m() && command.has_mqtt());
    EXPECT_EQ(command.plan.device_count(), 6U);
    EXPECT_EQ(command.mqtt.device_count(), 4U);
    EXPECT_EQ(command.plan.cells[1].id, command.mqtt.cells[1].id);
    EXPECT_EQ(command.plan.seed, command.mqtt.seed);
    EXPECT_EQ(command.plan.limits.no_cell, 500U);
}

TEST(MqttCommandLine, NamesOptionRuleAndValueOfAMistake) {
    const auto wrong = parse({"mqtt", "--faults", "wrong-hush"});
    EXPECT_EQ(wrong.what, What::Wrong);
    EXPECT_THAT(wrong.text, AllOf(HasSubstr("--faults"), HasSubstr("wrong-hush")));
    for (const std::vector<const char*>& words :
         std::vector<std::vector<const char*>>{{"mqtt", "--broker", "127.0.0.1:1883"},
                                               {"mqtt", "--broker", "mqtt://"},
                                               {"mqtt", "--keepalive", "2"},
                                               {"mqtt", "--node-prefix", "a/b"},
                                               {"mqtt", "--names", "/nowhere"},
                                               {"mqtt", "--radio-names", "a,b"},
                                               {"mqtt", "--loss", "0.1"},
                                               {"mixed", "--mqtt-dialects", "non"}}) {
        EXPECT_EQ(parse(words).what, What::Wrong) << words.back();
    }
}

TEST(MqttCommandLine, IsDocumentedToTheLastOptionTraitAndFault) {
    std::ifstream file(fakes::in_source_tree("docs/simulator.md"));
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(page.empty());
    for (const auto* subcommand : {"mqtt", "mixed"}) {
        const auto help = parse({subcommand, "--help"}).text;
        for (auto at = help.find("--"); at != std::string::npos; at = help.find("--", at)) {
            const auto end = help.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", at);
            const auto option = help.substr(at, end - at);
            at = end;
            // What only tells two options of one name apart is described as that.
            if (option == "--help" || option.starts_with("--mqtt-")) continue;
            EXPECT_THAT(page, HasSubstr('`' + option));
        }
    }
    for (const auto& info : Traits::table()) EXPECT_THAT(page, HasSubstr('`' + std::string(info.name) + '`'));
    for (const auto& info : fault_table()) EXPECT_THAT(page, HasSubstr('`' + std::string(info.name)));
}

}  // namespace
}  // namespace cellwise::sim::mqtt
