// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/command_line.hpp"

#include "tools/sim/mix_text.hpp"
#include "tools/sim/plan_text.hpp"
#include "tools/sim/words.hpp"

#include <fstream>

namespace cellwise::sim::mqtt {
namespace {

void add_network_options(CLI::App& app, Plan& plan, Words& words) {
    app.option_defaults()->group("Broker and downloads");
    app.add_option("--broker", words.broker, "the broker; mqtts:// is TLS")
        ->type_name("mqtt[s]://HOST:PORT")
        ->capture_default_str();
    app.add_option("--ca", plan.broker.ca_file, "PEM: whom to trust, for the broker and the downloads")
        ->type_name("FILE");
    app.add_flag("--insecure", plan.broker.insecure, "trust every certificate: for trials only");
    app.add_flag("--subscribe", plan.all_subscribe, "all devices subscribe; stock SDKs do not");
    app.add_option("--keepalive", plan.timing.keepalive_seconds, "seconds; not scaled")
        ->check(within(5, 1'200))
        ->capture_default_str();
    app.add_option("--radio-names", words.radio, "how property reports name the radio: SERVICE,RSRP,SINR,CELL")
        ->default_str("Connectivity,rsrp,sinr,cellId");
    app.add_option("--block-size", plan.downloads.block_size, "bytes of a Range")
        ->check(within(1, 1e9))
        ->capture_default_str();
    app.add_option("--download-rate", plan.downloads.bytes_per_second,
                   "bytes a second of one device; 0: as fast as it goes (not bare-lf)")
        ->capture_default_str();
}

Result<BrokerAddress> parse_broker(std::string_view text) {
    constexpr std::string_view kPlain = "mqtt://";
    constexpr std::string_view kTls = "mqtts://";
    constexpr std::uint16_t kPlainPort = 1883;
    constexpr std::uint16_t kTlsPort = 8883;
    BrokerAddress broker;
    broker.tls = text.starts_with(kTls);
    if (!broker.tls && !text.starts_with(kPlain))
        return malformed("broker", "broker", "the broker is written mqtt://HOST:PORT or mqtts://HOST:PORT", text);
    auto server =
        parse_server(text.substr(broker.tls ? kTls.size() : kPlain.size()), broker.tls ? kTlsPort : kPlainPort);
    if (!server) {
        return malformed("broker", "broker", "the broker is written mqtt://HOST:PORT or mqtts://HOST:PORT", text);
    }
    std::tie(broker.host, broker.port) = *server;
    return broker;
}

Result<RadioNames> parse_radio_names(std::string_view text) {
    const auto parts = split(text, ',');
    if (parts.size() != 4)
        return malformed("radio", "radio-names", "the names are four: SERVICE,RSRP,SINR,CELL", text);
    return RadioNames{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
}

Result<std::map<std::string, std::string>> read_names(const std::string& path) {
    std::ifstream file(path);
    if (!file) return invalid("sim.names.file", "names", "the file must be there to be read", path);
    std::map<std::string, std::string> names;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) continue;
        const auto comma = line.find(',');
        if (comma == std::string::npos) return malformed("names", "names", "a line is written NODE,DEVICE", line);
        names[line.substr(0, comma)] = line.substr(comma + 1);
    }
    return names;
}

}  // namespace

void add_options(CLI::App& app, Plan& plan, Words& words, const std::string& prefix) {
    app.option_defaults()->group(prefix.empty() ? "Fleet" : "MQTT fleet");
    add_fleet_options(app, plan, words, prefix);
    app.add_option("--names", words.names_file, "lines NODE,DEVICE: what the platform calls the devices")
        ->type_name("FILE");
    add_network_options(app, plan, words);
    app.option_defaults()->group("Time");
    add_seconds(app, "--hush-time", plan.timing.hush, "how long at least a device with hush is silent");
    add_seconds(app, "--reconnect-time", plan.timing.reconnect_to_ask, "of a device that said no result");
}

std::optional<Error> read_words(Words& words, Plan& plan) {
    std::optional<Error> first;
    BrokerAddress broker;
    take(parse_broker(words.broker), broker, first);
    broker.ca_file = plan.downloads.ca_file = plan.broker.ca_file;
    broker.insecure = plan.downloads.insecure = plan.broker.insecure;
    plan.broker = broker;
    read_fleet_words(words, plan, first);
    take(parse_mix<Dialect>(words.dialects, "dialects"), plan.dialects, first);
    take(parse_mix<Fault>(words.faults, "faults"), plan.faults, first);
    plan.from_version = words.from_version;
    plan.target_version = words.target_version;
    plan.expect_sha256 = words.sha256;
    if (!words.radio.empty()) take(parse_radio_names(words.radio), plan.radio_names, first);
    if (!words.names_file.empty()) take(read_names(words.names_file), plan.names, first);
    return first;
}

std::string dialect_help() {
    std::string text = "A dialect is standard, or traits joined by +:\n";
    for (const auto& info : Traits::table()) {
        text.append("  ").append(padded(std::string(info.name), 20)).append(info.what).append("\n");
    }
    return text;
}

std::string fault_help() {
    std::string text = "A fault with a code is written with it, as in refuse-4:\n";
    for (const auto& info : fault_table()) {
        text.append("  ").append(padded(std::string(info.name), 18)).append(info.what);
        for (const auto code : info.codes) text.append(" ").append(std::to_string(code));
        text.append(" → ").append(to_string(info.end)).append("\n");
    }
    return text;
}

}  // namespace cellwise::sim::mqtt
