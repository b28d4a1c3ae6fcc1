// SPDX-License-Identifier: Apache-2.0
#include "daemon/config.hpp"

#include "adapters/system/toml_file.hpp"
#include "daemon/command_line.hpp"
#include "daemon/config_keys.hpp"
#include "daemon/config_values.hpp"
#include "tests/fakes/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace cellwise::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<Config> with(std::string key, SettingValue value) {
    return make_config({{.key = std::move(key), .value = std::move(value), .origin = "test.toml:7"}});
}

std::string content_of(const std::string& path) {
    std::ifstream file(fakes::in_source_tree(path));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Config, TakesEveryKeyOfTheCommentedFile) {
    const auto settings = system::read_toml_file(fakes::in_source_tree("config/cellwised.toml"));
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->size(), config_keys().size());
    const auto config = make_config(*settings);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(to_toml(*config), to_toml(Config{})) << "the file holds the defaults";
}

TEST(Config, IsTheOneInTheDocumentation) {
    EXPECT_EQ(content_of("config/cellwised.toml"), commented_toml()) << "run scripts/generate_docs";
    EXPECT_EQ(content_of("docs/config.md"), config_page()) << "run scripts/generate_docs";
}

TEST(Config, NamesTheNearestKeyOfAnUnknownOne) {
    const auto config = with("limiter.levl1", std::int64_t{3});
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, "config.unknown_key");
    EXPECT_THAT(config.error().message, HasSubstr("test.toml:7: limiter.levl1"));
    EXPECT_THAT(config.error().message, HasSubstr("did you mean limiter.level1?"));
}

struct Wrong {
    std::string key;
    SettingValue value;
};
class ConfigValue : public ::testing::TestWithParam<Wrong> {};
TEST_P(ConfigValue, OutsideItsRuleIsRefusedByNameAndRule) {
    const auto config = with(GetParam().key, GetParam().value);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, "config.value");
    EXPECT_THAT(config.error().message, HasSubstr("test.toml:7: " + GetParam().key + ": must be "));
}
INSTANTIATE_TEST_SUITE_P(
    Rules, ConfigValue,
    ::testing::Values(
        Wrong{"limiter.level0", std::int64_t{0}}, Wrong{"limiter.level0", "many"},
        Wrong{"limiter.level0", std::int64_t{-1}}, Wrong{"limits.download", std::int64_t{60}},
        Wrong{"limits.download", "60 m"}, Wrong{"limits.download", "0s"},
        Wrong{"limits.download", "99999999999999999999d"}, Wrong{"http.listen", "8080"},
        Wrong{"http.max_connections", "15"}, Wrong{"https.max_connections", "15"}, Wrong{"http.listen", "localhost:"},
        Wrong{"http.listen", "127.0.0.1:65536"}, Wrong{"http.listen", "::1:80"}, Wrong{"limiter.rsrp", "[-105]"},
        Wrong{"limiter.rsrp", std::vector<SettingScalar>{-105.0, -115.0}},
        Wrong{"limiter.rsrp", std::vector<SettingScalar>{-125.0, -115.0, -105.0}}, Wrong{"limiter.hold", "never"},
        Wrong{"packages.max_size", "1EiB"}, Wrong{"packages.max_size", std::int64_t{-1}},
        Wrong{"packages.quota", "1KiB"}, Wrong{"packages.quota", "2000000GiB"}, Wrong{"state.dir", ""},
        Wrong{"log.level", true}, Wrong{"http.allow_remote", "true"}, Wrong{"https.listen", "8743"},
        Wrong{"https.certificate", true}, Wrong{"https.client_certificate", "always"},
        Wrong{"northbound.throttle", std::int64_t{-1}}, Wrong{"northbound.throttle", std::int64_t{1'000'001}},
        Wrong{"download.listen", "8943"}, Wrong{"download.token_lifetime", "1s"},
        Wrong{"download.max_per_device", std::int64_t{0}}, Wrong{"download.max_requests", std::int64_t{-1}},
        Wrong{"download.max_copies", std::int64_t{1'000'001}}, Wrong{"download.tls", "yes"},
        Wrong{"mqtt.broker", "127.0.0.1:1883"}, Wrong{"mqtt.broker", "http://x"}, Wrong{"mqtt.username", ""},
        Wrong{"retention.audit", "1h"}, Wrong{"retention.tasks", "30m"}, Wrong{"retention.dead_letters", "0s"},
        Wrong{"webhook.allow_networks", std::vector<SettingScalar>{std::int64_t{1}}}));

TEST(Config, ReloadsTheLogLevelTheLimitsAndTheCertificatesAndNothingElse) {
    for (const auto& key : config_keys()) {
        const bool wanted =
            key.name == "log.level" || key.name.starts_with("limits.") || key.name.starts_with("limiter.level") ||
            key.name == "limiter.cell_only" || key.name == "limiter.no_cell" ||
            (key.name.starts_with("https.") && key.name != "https.listen" && key.name != "https.max_connections") ||
            key.name == "webhook.ca" || key.name == "northbound.throttle";
        EXPECT_EQ(key.reloads, wanted) << key.name;
    }
}

TEST(Config, LaysOverWhatMayChangeWhileTheDaemonRunsAndNamesTheRest) {
    Config running;
    const auto fresh = make_config({{"limiter.level0", std::int64_t{7}, "test"},
                                    {"limits.update", std::string("5m"), "test"},
                                    {"log.level", std::string("debug"), "test"},
                                    {"http.listen", std::string("127.0.0.1:99"), "test"},
                                    {"limiter.rsrp", std::vector<SettingScalar>{-90.0, -100.0, -110.0}, "test"}});
    ASSERT_TRUE(fresh) << fresh.error().message;
    const auto changes = lay_over(running, *fresh);
    EXPECT_THAT(changes.in_force, ElementsAre("limiter.level0", "limits.update", "log.level"));
    EXPECT_THAT(changes.need_restart, ElementsAre("http.listen", "limiter.rsrp"));
    EXPECT_EQ(running.slots.level0, 7U);
    EXPECT_EQ(running.limits.update, 5min);
    EXPECT_EQ(running.log_level, log::Level::Debug);
    EXPECT_EQ(running.http_listen, Config{}.http_listen);
    EXPECT_EQ(running.ranges.rsrp_dbm, Config{}.ranges.rsrp_dbm);

    const auto again = lay_over(running, *fresh);
    EXPECT_THAT(again.in_force, IsEmpty());
    EXPECT_THAT(again.need_restart, ElementsAre("http.listen", "limiter.rsrp")) << "still not in force";
}

TEST(Config, WantsAtLeastOneListener) {
    const auto config =
        make_config({{"http.listen", "", "--set"}, {"https.listen", "", "--set"}, {"coap.listen", "", "--set"}});
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("http.listen, https.listen, coap.listen"));
}

TEST(Config, OpensPlainHttpToOthersOnlyWhereSomebodyInsists) {
    for (const char* inside : {"127.0.0.1:8080", "127.1.2.3:8080", "[::1]:8080", ""}) {
        EXPECT_TRUE(with("http.listen", inside)) << inside;
    }
    for (const char* outside : {"0.0.0.0:8080", "192.168.1.1:8080", "[::]:8080", "[::ffff:10.0.0.1]:8080"}) {
        const auto refused = with("http.listen", outside);
        ASSERT_FALSE(refused) << outside;
        EXPECT_EQ(refused.error().field, "http.listen");
        EXPECT_THAT(refused.error().message, HasSubstr("http.allow_remote = true"));
        EXPECT_TRUE(make_config({{"http.listen", outside, "--set"}, {"http.allow_remote", true, "--set"}}))
            << outside;
    }
}

TEST(Config, WantsCertificateAndKeyTogetherAndAnAuthorityWhereClientsShowTheirs) {
    const auto half = with("https.certificate", "/etc/cellwise/server.pem");
    ASSERT_FALSE(half);
    EXPECT_THAT(half.error().message, HasSubstr("https.certificate, https.key: only both together"));
    EXPECT_FALSE(with("https.key", "/etc/cellwise/server.key"));
    for (const char* asked : {"optional", "required"}) {
        const auto nobody = with("https.client_certificate", asked);
        ASSERT_FALSE(nobody) << asked;
        EXPECT_THAT(nobody.error().message, HasSubstr("https.client_ca: is needed"));
        EXPECT_TRUE(
            make_config({{"https.client_certificate", asked, "--set"}, {"https.client_ca", "ca.pem", "--set"}}));
    }
}

TEST(Config, ReadsBackWhatItPrints) {
    const auto changed = make_config({{"state.dir", "/tmp/with \"quotes\" and \\", "--set"},
                                      {"http.listen", "[::1]:0", "--set"},
                                      {"coap.listen", "", "--set"},
                                      {"limits.download_idle", "90s", "--set"},
                                      {"packages.max_size", "5MiB", "--set"},
                                      {"webhook.allow_networks", std::vector<SettingScalar>{"10.0.0.0/8"}, "--set"}});
    ASSERT_TRUE(changed) << changed.error().message;
    const auto file = std::filesystem::temp_directory_path() / ("cellwise-config-" + std::to_string(::getpid()));
    std::ofstream(file) << to_toml(*changed);
    const auto settings = system::read_toml_file(file);
    std::filesystem::remove(file);
    ASSERT_TRUE(settings) << settings.error().message;
    const auto again = make_config(*settings);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_toml(*again), to_toml(*changed));
    EXPECT_EQ(again->limits.download_idle, 90s);
    EXPECT_EQ(again->http_listen, (ListenAddress{"::1", 0}));
    EXPECT_TRUE(again->coap_listen.is_off());
}

TEST(Config, LetsTheEnvironmentWinOverTheFileAndTheCommandLineOverBoth) {
    const auto file = std::filesystem::temp_directory_path() / ("cellwise-layers-" + std::to_string(::getpid()));
    std::ofstream(file) << "[limiter]\nlevel0 = 1\nlevel1 = 2\ncell_only = 3\n";
    const CommandLine command{.config_file = file.string(), .sets = {"limiter.level0=40", "task.start_delay=2s"}};
    const auto config =
        load_config(command, {"HOME=/root", "CELLWISE_LIMITER_LEVEL0=30", "CELLWISE_LIMITER_CELL_ONLY=31"});
    std::filesystem::remove(file);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->slots.level0, 40U);
    EXPECT_EQ(config->slots.level1, 2U);
    EXPECT_EQ(config->slots.cell_only, 31U);
    EXPECT_EQ(config->task_start_delay, 2s);
}

TEST(Config, NamesFileAndLineOfASyntaxError) {
    const auto file = std::filesystem::temp_directory_path() / ("cellwise-syntax-" + std::to_string(::getpid()));
    std::ofstream(file) << "[limiter]\nlevel0 = \n";
    const auto config = load_config({.config_file = file.string()}, {});
    std::filesystem::remove(file);
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr(file.string() + ":2"));
}

TEST(Config, RefusesAFileThatIsNotThere) {
    const auto config = load_config({.config_file = "/nowhere/cellwised.toml"}, {});
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, "config.unreadable");
}

TEST(Config, RefusesASetWithoutValue) {
    const auto config = load_config({.config_file = {}, .sets = {"limiter.level0"}}, {});
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, "config.set");
}

TEST(ConfigValues, WriteDurationsAndSizesInTheirLargestUnit) {
    EXPECT_EQ(write_duration(24h), "1d");
    EXPECT_EQ(write_duration(90min), "90m");
    EXPECT_EQ(write_duration(1500ms), "1500ms");
    EXPECT_EQ(write_duration(0ms), "0ms");
    EXPECT_EQ(write_size(1ULL << 30U), "1GiB");
    EXPECT_EQ(write_size(1500), "1500B");
}

}  // namespace
}  // namespace cellwise::daemon
