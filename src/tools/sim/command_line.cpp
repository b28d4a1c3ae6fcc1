// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/command_line.hpp"

#include "tools/sim/mqtt/command_line.hpp"
#include "tools/sim/plan_text.hpp"
#include "tools/sim/words.hpp"

#include <optional>
#include <sstream>

namespace cellwise::sim {
namespace {

/// What CLI11 fills in before it is read any further.
struct Words : FleetWords {
    std::string server = "127.0.0.1:5683";
    std::string delay = "0,0";
    std::string limits = "50,10,1,10,500";
    std::string count_until = "result";
    bool list = false;
    std::string list_format = "csv";
    bool help_dialects = false;
    bool help_faults = false;
};

void add_network_options(CLI::App& app, Plan& plan, Words& words) {
    app.option_defaults()->group("Network");
    app.add_option("--server", words.server, "the platform's CoAP address")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    add_share(app, "--loss", plan.network.loss, "share of datagrams lost, each way");
    add_share(app, "--duplicate", plan.network.duplicate, "share that arrives twice");
    add_share(app, "--reorder", plan.network.reorder, "share that later ones overtake");
    app.add_option("--delay-ms", words.delay, "each way")->type_name("LEAST,MOST")->capture_default_str();
}

void add_time_options(CLI::App& app, Plan& plan) {
    auto& timing = plan.timing;
    app.option_defaults()->group("Time");
    app.add_option("--time-scale", plan.time_scale, "divides all that devices wait for")
        ->check(within(0.001, 100'000.0))
        ->capture_default_str();
    add_seconds(app, "--ramp-up", plan.ramp_up, "over which devices are switched on (not scaled)");
    add_seconds(app, "--install-time", timing.install, "from the reboot until it is back");
    add_seconds(app, "--power-cut-time", timing.power_cut, "how long a power cut lasts");
    add_seconds(app, "--uplink-interval", timing.uplink_interval, "between two periodic uplinks");
}

void add_coap_time_options(CLI::App& app, Timing& timing) {
    add_seconds(app, "--repeat", timing.repeat, "between two repeats of 21, 22 and 24");
    add_seconds(app, "--ack-timeout", timing.coap.ack_timeout, "CoAP's ACK_TIMEOUT");
    add_seconds(app, "--idle-limit", timing.idle_limit, "silence after which a device counts as without a slot");
    app.add_option_function<double>(
           "--sleep", [&timing](double seconds) { timing.listens_after_uplink = from_seconds(seconds); },
           "PSM: listens so long after it spoke, then is deaf")
        ->check(within(0.001, 1e7))
        ->type_name("SECONDS");
}

void add_run_options(CLI::App& app, Command& command, Words& words) {
    auto& plan = command.plan;
    app.option_defaults()->group("Run");
    app.add_flag("--until-done", plan.until_done, "stop when every device has ended");
    app.add_option_function<double>(
           "--timeout", [&plan](double seconds) { plan.timeout = from_seconds(seconds); }, "stop then in any case")
        ->check(within(0.001, 1e7))
        ->type_name("SECONDS");
    app.add_option("--seed", plan.seed, "the same seed, the same fleet and network")->capture_default_str();
    app.add_flag("--register-only", plan.register_only, "devices are done when they are registered, or connected");
    app.add_option("--limits", words.limits, "at once per cell: levels 0, 1, 2, cell only; in all: no cell")
        ->capture_default_str();
    add_seconds(app, "--report-interval", plan.report_interval, "between progress lines; 0: none");
    app.add_option("--json", command.json_file, "write the report there too")->type_name("FILE");
    app.add_flag("--list", words.list, "print the fleet, one device a line, and stop");
    app.add_option("--list-format", words.list_format, "of --list")
        ->check(CLI::IsMember({"csv", "ndjson"}))
        ->capture_default_str();
    app.add_flag("--help-dialects", words.help_dialects, "the traits, and what each means");
    app.add_flag("--help-faults", words.help_faults, "the faults, and how each is to end");
}

void add_lwm2m_options(CLI::App& app, Plan& plan, Words& words) {
    app.option_defaults()->group("Fleet");
    add_fleet_options(app, plan, words, "");
    add_share(app, "--rsrp-80", plan.oddities.constant_80, "share that reports +80 dBm");
    add_share(app, "--ten-times", plan.oddities.ten_times, "share that reports ten times the value");
    add_network_options(app, plan, words);
    app.option_defaults()->group("Time");
    add_coap_time_options(app, plan.timing);
    app.option_defaults()->group("Run");
    app.add_option("--count-until", words.count_until, "an upgrade counts until its result, or its download")
        ->check(CLI::IsMember({"result", "download"}))
        ->capture_default_str();
}

/// What a run has once is said once.
void share_with_mqtt(const Plan& plan, mqtt::Plan& of_mqtt) {
    of_mqtt.seed = plan.seed;
    of_mqtt.time_scale = plan.time_scale;
    of_mqtt.ramp_up = plan.ramp_up;
    of_mqtt.timing.install = plan.timing.install;
    of_mqtt.timing.power_cut = plan.timing.power_cut;
    of_mqtt.timing.uplink_interval = plan.timing.uplink_interval;
    of_mqtt.connect_only = plan.register_only;
}

std::optional<Error> read_words(Words& words, Plan& plan) {
    std::optional<Error> first;
    std::pair<std::string, std::uint16_t> server;
    take(parse_server(words.server), server, first);
    std::tie(plan.server_host, plan.server_port) = server;
    read_fleet_words(words, plan, first);
    take(parse_dialects(words.dialects), plan.dialects, first);
    take(parse_faults(words.faults), plan.faults, first);
    plan.from_version = domain::Version::parse(words.from_version).value_or(domain::Version{});
    if (!words.target_version.empty()) plan.target_version = domain::Version::parse(words.target_version);
    if (!words.sha256.empty()) plan.expect_sha256 = words.sha256;
    std::pair<Duration, Duration> delay;
    take(parse_delay(words.delay), delay, first);
    std::tie(plan.network.delay_least, plan.network.delay_most) = delay;
    plan.count_until = words.count_until == "download" ? CountUntil::Download : CountUntil::Result;
    return first;
}

std::optional<Error> read_all(Command& command, Words& words, mqtt::Words& mqtt_words) {
    std::optional<Error> first;
    if (command.has_lwm2m()) {
        first = read_words(words, command.plan);
        if (const auto checked = check_plan(command.plan); !first && !checked) first = checked.error();
    }
    take(parse_limits(words.limits), command.plan.limits, first);
    if (!command.has_mqtt() || first) return first;
    share_with_mqtt(command.plan, command.mqtt);
    first = mqtt::read_words(mqtt_words, command.mqtt);
    if (const auto checked = mqtt::check_plan(command.mqtt); !first && !checked) first = checked.error();
    return first;
}

std::string dialect_help() {
    std::string text = "A dialect is standard, or traits joined by +:\n";
    for (const auto& info : trait_table()) {
        text.append("  ").append(padded(std::string(info.name), 20)).append(info.what).append("\n");
    }
    return text;
}

std::string fault_help() {
    std::string text = "NN is a result byte in two hexadecimal digits:\n";
    for (const auto& info : fault_table()) {
        text.append("  ").append(padded(std::string(info.name), 18)).append(info.what);
        for (const auto code : info.codes) text += ' ' + Fault{info.kind, code}.name().substr(info.name.size() - 2);
        text.append(" → ").append(to_string(info.end)).append("\n");
    }
    return text;
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
    Command command;
    Words words;
    mqtt::Words mqtt_words;
    CLI::App app{"A fleet of simulated devices that speak as real ones do, and count what the daemon does to them"};
    app.set_version_flag("--version", "cellwise-sim " CELLWISE_VERSION);
    app.require_subcommand(1);
    auto& lwm2m = *app.add_subcommand("lwm2m", "NB-IoT devices: LwM2M over CoAP, upgraded by PCP");
    auto& mqtt = *app.add_subcommand("mqtt", "MQTT devices: told by a broker, upgraded by URL and token");
    auto& mixed = *app.add_subcommand("mixed", "both, in the same cells, counted together");
    add_lwm2m_options(lwm2m, command.plan, words);
    add_lwm2m_options(mixed, command.plan, words);
    mqtt::add_options(mqtt, command.mqtt, mqtt_words, "");
    mqtt::add_options(mixed, command.mqtt, mqtt_words, "mqtt-");
    for (auto* each : {&lwm2m, &mqtt, &mixed}) {
        add_time_options(*each, command.plan);
        add_run_options(*each, command, words);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream err;
        const bool is_wrong = app.exit(error, out, err) != 0;
        command.what = is_wrong ? Command::What::Wrong : Command::What::Help;
        command.text = is_wrong ? err.str() : out.str();
        return command;
    }
    if (mqtt.parsed()) command.devices = Command::Devices::Mqtt;
    if (mixed.parsed()) command.devices = Command::Devices::Both;
    if (words.help_dialects || words.help_faults) {
        command.what = Command::What::Help;
        if (command.has_lwm2m()) command.text += words.help_dialects ? dialect_help() : fault_help();
        if (command.has_mqtt()) command.text += words.help_dialects ? mqtt::dialect_help() : mqtt::fault_help();
        return command;
    }
    if (const auto error = read_all(command, words, mqtt_words)) {
        command.what = Command::What::Wrong;
        command.text = "cellwise-sim: --" + error->field + ": " + error->message +
                       (error->value.empty() ? "" : ": \"" + printable(error->value) + '"') + '\n';
    } else if (words.list) {
        command.what =
            words.list_format == "csv" && !mixed.parsed() ? Command::What::ListCsv : Command::What::ListNdjson;
    }
    return command;
}

}  // namespace cellwise::sim
