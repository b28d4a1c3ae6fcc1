// SPDX-License-Identifier: Apache-2.0
#include "daemon/config_keys.hpp"

#include "daemon/config_values.hpp"

#include <utility>

namespace cellwise::daemon {
namespace {

// Makers of rows: how a member of Config is read, bounded and shown. `pick` gives the member of a
// Config, const or not.

template <class Pick>
ConfigKey integer(std::string_view name, Pick pick, std::int64_t least, std::int64_t most, std::string_view meaning) {
    return {name,
            meaning,
            std::to_string(least) + " .. " + std::to_string(most),
            [=](Config& config, const SettingValue& value) {
                const auto number = read_integer(value);
                if (!number || *number < least || *number > most) return false;
                using Member = std::remove_reference_t<decltype(pick(config))>;
                pick(config) = static_cast<Member>(*number);
                return true;
            },
            [=](const Config& config) { return std::to_string(pick(config)); },
            [=](const Config& from, Config& to) { pick(to) = pick(from); }};
}

template <class Pick>
ConfigKey duration(std::string_view name, Pick pick, Duration least, Duration most, std::string_view meaning) {
    return {name,
            meaning,
            "a duration such as 250ms 10s 5m 24h 7d, " + write_duration(least) + " .. " + write_duration(most),
            [=](Config& config, const SettingValue& value) {
                const auto read = read_duration(value);
                if (!read || *read < least || *read > most) return false;
                pick(config) = *read;
                return true;
            },
            [=](const Config& config) { return write_text(write_duration(pick(config))); },
            [=](const Config& from, Config& to) { pick(to) = pick(from); }};
}

template <class Pick, class Read, class Write>
ConfigKey any(std::string_view name, Pick pick, Read read, Write write, std::string_view allowed,
              std::string_view meaning) {
    return {name,
            meaning,
            std::string(allowed),
            [=](Config& config, const SettingValue& value) {
                auto read_value = read(value);
                if (!read_value) return false;
                pick(config) = std::move(*read_value);
                return true;
            },
            [=](const Config& config) { return write(pick(config)); },
            [=](const Config& from, Config& to) { pick(to) = pick(from); }};
}

template <class Value>
using Words = std::vector<std::pair<std::string_view, Value>>;

template <class Pick, class Value>
ConfigKey choice(std::string_view name, Pick pick, Words<Value> words, std::string_view meaning) {
    std::string allowed = "one of";
    for (const auto& [word, value] : words) allowed.append(" ").append(word);
    const auto read = [words](const SettingValue& value) -> std::optional<Value> {
        const auto text = read_text(value);
        for (const auto& [word, meant] : words) {
            if (text && *text == word) return meant;
        }
        return std::nullopt;
    };
    const auto write = [words](Value value) {
        for (const auto& [word, meant] : words) {
            if (meant == value) return write_text(word);
        }
        return std::string{};
    };
    return any(name, pick, read, write, allowed, meaning);
}

template <class Pick>
ConfigKey flag(std::string_view name, Pick pick, std::string_view meaning) {
    const auto write = [](bool value) { return std::string(value ? "true" : "false"); };
    return any(name, pick, read_flag, write, "true or false", meaning);
}

/// A key whose new value SIGHUP brings into force.
ConfigKey reloaded(ConfigKey key) {
    key.reloads = true;
    return key;
}

std::optional<std::string> read_directory(const SettingValue& value) {
    auto text = read_text(value);
    return text && !text->empty() ? text : std::nullopt;
}
std::optional<std::uint64_t> read_package_size(const SettingValue& value) {
    const auto size = read_size(value);
    return size && *size >= 1024 && *size <= (16ULL << 30U) ? size : std::nullopt;
}
std::optional<std::uint64_t> read_quota(const SettingValue& value) {
    const auto size = read_size(value);
    return size && (*size == 0 || *size >= 1U << 20U) && *size <= (1ULL << 50U) ? size : std::nullopt;
}
std::optional<std::string> read_broker(const SettingValue& value) {
    auto text = read_text(value);
    const bool good = text && (text->empty() || text->starts_with("mqtt://") || text->starts_with("mqtts://"));
    return good ? text : std::nullopt;
}
std::optional<std::string> read_name(const SettingValue& value) {
    auto text = read_text(value);
    return text && !text->empty() && text->size() <= 128 ? text : std::nullopt;
}
std::string quote_listen(const ListenAddress& listen) { return write_text(write_listen(listen)); }
std::string quote_size(std::uint64_t bytes) { return write_text(write_size(bytes)); }

using namespace std::chrono_literals;
constexpr auto kFileForm = "a file in PEM, or \"\" for none";
constexpr auto kListenForm = "host:port, [ipv6]:port, port 0 for any, or \"\" for off";

std::vector<ConfigKey> make_keys() {
    const Duration second = 1s;
    const Duration day = std::chrono::days{1};
    return {
        any(
            "state.dir", [](auto& c) -> auto& { return c.state_dir; }, read_directory, write_text, "a directory",
            "Where everything lives: the database, the package files, admin.token and endpoints.json."),

        any(
            "http.listen", [](auto& c) -> auto& { return c.http_listen; }, read_listen, quote_listen, kListenForm,
            "Plain HTTP: /api/v1, the northbound API, health and metrics. On loopback, unless http.allow_remote is "
            "true."),
        flag(
            "http.allow_remote", [](auto& c) -> auto& { return c.http_allow_remote; },
            "Whether http.listen may be another address than loopback: tokens and secrets then cross the network in "
            "clear."),
        integer(
            "http.threads", [](auto& c) -> auto& { return c.http_threads; }, 1, 64,
            "Threads that serve HTTP and HTTPS."),
        integer(
            "http.max_connections", [](auto& c) -> auto& { return c.http_max_connections; }, 16, 500'000,
            "HTTP and HTTPS connections at once, as far as the process may have files open. At one more, an idle one "
            "of "
            "the client that has most is closed."),

        any(
            "https.listen", [](auto& c) -> auto& { return c.https_listen; }, read_listen, quote_listen, kListenForm,
            "The same over TLS 1.2 and 1.3."),
        integer(
            "https.max_connections", [](auto& c) -> auto& { return c.https_max_connections; }, 16, 500'000,
            "HTTPS connections at once, within http.max_connections: an idle one costs 80 KiB, ten times what a "
            "plain "
            "one does."),
        reloaded(any(
            "https.certificate", [](auto& c) -> auto& { return c.https_certificate; }, read_text, write_text,
            kFileForm,
            "The server's certificate and those that lead to its authority. If none is given, https.crt and "
            "https.key "
            "are made in state.dir, self-signed.")),
        reloaded(any(
            "https.key", [](auto& c) -> auto& { return c.https_key; }, read_text, write_text, kFileForm,
            "The private key of the certificate, not encrypted.")),
        reloaded(any(
            "https.client_ca", [](auto& c) -> auto& { return c.https_client_ca; }, read_text, write_text, kFileForm,
            "The authorities that vouch for the certificates of clients.")),
        reloaded(choice(
            "https.client_certificate", [](auto& c) -> auto& { return c.https_client_certificate; },
            Words<http::ClientCertificates>{{"off", http::ClientCertificates::Off},
                                            {"optional", http::ClientCertificates::Optional},
                                            {"required", http::ClientCertificates::Required}},
            "Whether clients are asked for a certificate, beside their token. With optional none need be shown, but "
            "one "
            "that is shown must be good.")),

        any(
            "download.listen", [](auto& c) -> auto& { return c.download_listen; }, read_listen, quote_listen,
            kListenForm, "Where MQTT devices download their packages. The certificate is that of https.*."),
        flag(
            "download.tls", [](auto& c) -> auto& { return c.download_tls; },
            "Whether download.listen speaks TLS 1.2 and 1.3. Without it packages and tokens cross the network in "
            "clear: for trials, or behind a proxy that speaks TLS."),
        any(
            "download.public_url", [](auto& c) -> auto& { return c.download_public_url; }, read_text, write_text,
            "scheme, host and port, such as https://fota.example.com:8943, the host of at most 49 characters and no "
            "IPv6 address, or \"\" for derived",
            "How devices reach download.listen. If none is given, it is the address and the port of download.listen, "
            "with the machine's name where that is every address."),
        duration(
            "download.token_lifetime", [](auto& c) -> auto& { return c.download_token_lifetime; }, 1min, 30 * day,
            "How long a device may begin its download after it was told of it. What runs then may finish."),
        integer(
            "download.threads", [](auto& c) -> auto& { return c.download_threads; }, 1, 64,
            "Threads that serve downloads; they stand back behind the others."),
        integer(
            "download.max_connections", [](auto& c) -> auto& { return c.download_max_connections; }, 16, 500'000,
            "Connections to download.listen at once, as far as the process may have files open. At one more, an idle "
            "one of the address that has most is closed."),
        integer(
            "download.max_per_address", [](auto& c) -> auto& { return c.download_max_per_address; }, 1, 500'000,
            "Of these, those of one IPv4 address or one /64 of IPv6. Many devices may stand behind one address of "
            "their operator."),
        integer(
            "download.max_per_device", [](auto& c) -> auto& { return c.download_max_per_device; }, 1, 10'000,
            "Downloads of one device at once; one more is answered 429."),
        integer(
            "download.max_requests", [](auto& c) -> auto& { return c.download_max_requests; }, 0, 1'000'000,
            "Requests that a device may make in a minute, of which all may come at once; one more is answered 429. "
            "0: "
            "no limit."),
        integer(
            "download.max_copies", [](auto& c) -> auto& { return c.download_max_copies; }, 0, 1'000'000,
            "How many times over a device may have its file in a day, of which all may come at once; for more it is "
            "answered 429. What is not sent of a download does not count. 0: no limit."),
        integer(
            "download.min_rate", [](auto& c) -> auto& { return c.download_min_rate; }, 0, 1'000'000'000,
            "Bytes a second that a device has to take, over each minute of its download; one that is slower is cut."),

        any(
            "coap.listen", [](auto& c) -> auto& { return c.coap_listen; }, read_listen, quote_listen, kListenForm,
            "LwM2M over plain CoAP (UDP)."),
        duration(
            "coap.ack_timeout", [](auto& c) -> auto& { return c.coap_ack_timeout; }, 500ms, 60s,
            "How long a device may take to confirm a message before it is sent again (RFC 7252, 4.8). NB-IoT is "
            "slow."),
        duration(
            "coap.awake_window", [](auto& c) -> auto& { return c.coap_awake_window; }, second, 10min,
            "How long a device in queue mode listens after it spoke; nothing is sent to it outside this window."),

        any(
            "mqtt.broker", [](auto& c) -> auto& { return c.mqtt_broker; }, read_broker, write_text,
            "mqtt://host:port, mqtts://host:port, or \"\" for off",
            "The broker of the MQTT devices. While it is away everything else goes on, and it is tried again."),
        any(
            "mqtt.username", [](auto& c) -> auto& { return c.mqtt_username; }, read_name, write_text,
            "a name that no device bears", "How the daemon logs in at the broker."),
        any(
            "mqtt.password_file", [](auto& c) -> auto& { return c.mqtt_password_file; }, read_text, write_text,
            "a file, or \"\" for none",
            "Its first line is the password. Without one the daemon makes a password at every start, which the "
            "plugin "
            "and EMQX learn from the daemon itself."),
        any(
            "mqtt.ca", [](auto& c) -> auto& { return c.mqtt_ca; }, read_text, write_text, kFileForm,
            "The authorities that vouch for an mqtts:// broker, instead of the system's."),
        any(
            "mqtt.logins_socket", [](auto& c) -> auto& { return c.mqtt_logins_socket; }, read_text, write_text,
            "a path of at most 107 bytes, or \"\" for mqtt-logins.sock in state.dir",
            "Where the broker's plugin asks whether a device may log in. The broker must be able to reach it."),
        any(
            "mqtt.emqx_token_file", [](auto& c) -> auto& { return c.mqtt_emqx_token_file; }, read_text, write_text,
            "a file, or \"\" for none",
            "Its first line is the token by which EMQX asks at /mqtt/emqx. Without one there is nothing at that "
            "path."),

        reloaded(integer(
            "limiter.level0", [](auto& c) -> auto& { return c.slots.level0; }, 1, 100'000,
            "Upgrades at once in one cell, of devices with good coverage.")),
        reloaded(integer(
            "limiter.level1", [](auto& c) -> auto& { return c.slots.level1; }, 1, 100'000,
            "The same with middling coverage.")),
        reloaded(integer(
            "limiter.level2", [](auto& c) -> auto& { return c.slots.level2; }, 1, 100'000,
            "The same with bad coverage, or with values outside every range.")),
        reloaded(integer(
            "limiter.cell_only", [](auto& c) -> auto& { return c.slots.cell_only; }, 1, 100'000,
            "The same where the cell is known, but RSRP or SINR is not.")),
        reloaded(integer(
            "limiter.no_cell", [](auto& c) -> auto& { return c.slots.no_cell; }, 1, 1'000'000,
            "Upgrades at once of MQTT devices of no known cell, in the whole daemon.")),
        any(
            "limiter.rsrp", [](auto& c) -> auto& { return c.ranges.rsrp_dbm; }, read_bounds, write_bounds,
            "three falling numbers, dBm",
            "Lower bounds of levels 0, 1, 2. The vendor publishes its ranges only as a picture; these are "
            "customary."),
        any(
            "limiter.sinr", [](auto& c) -> auto& { return c.ranges.sinr_db; }, read_bounds, write_bounds,
            "three falling numbers, dB", "Lower bounds of levels 0, 1, 2; the weaker of the two levels counts."),
        choice(
            "limiter.hold", [](auto& c) -> auto& { return c.hold; },
            Words<domain::SlotHold>{{"upgrade", domain::SlotHold::Upgrade}, {"download", domain::SlotHold::Download}},
            "Until when a slot is held: the end of the upgrade, or of the download."),

        reloaded(duration(
            "limits.wait_online", [](auto& c) -> auto& { return c.limits.wait_online; }, second, 30 * day,
            "How long a job waits for its device to be heard.")),
        reloaded(duration(
            "limits.query_version", [](auto& c) -> auto& { return c.limits.query_version; }, second, day,
            "How long a device may take to say its version.")),
        reloaded(duration(
            "limits.radio", [](auto& c) -> auto& { return c.limits.radio; }, second, day,
            "How long it may take to read a device's cell, RSRP and SINR.")),
        reloaded(duration(
            "limits.download", [](auto& c) -> auto& { return c.limits.download; }, second, 7 * day,
            "How long a download may take from its first notice.")),
        reloaded(duration(
            "limits.download_idle", [](auto& c) -> auto& { return c.limits.download_idle; }, second, day,
            "How long a downloading device may be silent before its slot goes to another; it resumes later.")),
        reloaded(duration(
            "limits.update", [](auto& c) -> auto& { return c.limits.update; }, second, 7 * day,
            "How long a device may take to install and to report the result.")),
        reloaded(duration(
            "limits.mqtt_download", [](auto& c) -> auto& { return c.limits.mqtt_download; }, second, 30 * day,
            "How long a MQTT device may take from the notice to its result; a download that runs may finish.")),
        reloaded(duration(
            "limits.repeat", [](auto& c) -> auto& { return c.limits.repeat; }, second, day,
            "After how long a device that listens but does not answer is asked again.")),

        duration(
            "task.start_delay", [](auto& c) -> auto& { return c.task_start_delay; }, 0s, day,
            "How long a new task stays in wait, so that it can be stopped before anything happens."),

        reloaded(integer(
            "northbound.throttle", [](auto& c) -> auto& { return c.northbound_throttle; }, 0, 1'000'000,
            "Calls that an application may make within 60 s; one more is answered 403, 1010009. Logging in is not "
            "counted. 0: no limit.")),

        any(
            "webhook.allow_networks", [](auto& c) -> auto& { return c.webhook_allow_networks; }, read_texts,
            write_texts, "networks in CIDR notation, such as [\"10.0.0.0/8\"]",
            "Networks that pushes may reach although they are private, link-local or loopback."),
        reloaded(any(
            "webhook.ca", [](auto& c) -> auto& { return c.webhook_ca; }, read_text, write_text, kFileForm,
            "Authorities that vouch for https:// receivers of pushes, besides the system's and those of the "
            "receiver's "
            "application.")),
        duration(
            "outbox.keep", [](auto& c) -> auto& { return c.outbox_keep; }, 1min, 30 * day,
            "How long a push is tried before it becomes a dead letter."),

        any(
            "packages.max_size", [](auto& c) -> auto& { return c.packages_max_size; }, read_package_size, quote_size,
            "a size such as 64MiB or 1GiB, 1KiB .. 16GiB", "The largest package that may be uploaded."),
        any(
            "packages.quota", [](auto& c) -> auto& { return c.packages_quota; }, read_quota, quote_size,
            "0 for none, or a size from 1MiB", "Bytes of all package files together; more is answered with 507."),

        duration(
            "retention.uplinks", [](auto& c) -> auto& { return c.retention_uplinks; }, 1h, 3650 * day,
            "How long the devices' own data is kept."),
        duration(
            "retention.commands", [](auto& c) -> auto& { return c.retention_commands; }, 1h, 3650 * day,
            "How long a command to a device is kept after it has ended."),
        duration(
            "retention.audit", [](auto& c) -> auto& { return c.retention_audit; }, day, 3650 * day,
            "How long the audit log is kept."),
        duration(
            "retention.tasks", [](auto& c) -> auto& { return c.retention_tasks; }, 1h, 3650 * day,
            "How long a task is kept with its jobs when it has ended."),
        duration(
            "retention.dead_letters", [](auto& c) -> auto& { return c.retention_dead_letters; }, 1h, 3650 * day,
            "How long a push that was given up is kept."),
        duration(
            "retention.events", [](auto& c) -> auto& { return c.retention_events; }, 1h, 3650 * day,
            "How long the entries of devices' timelines are kept; of each device the newest 200 at most."),

        reloaded(choice(
            "log.level", [](auto& c) -> auto& { return c.log_level; },
            Words<log::Level>{{"debug", log::Level::Debug},
                              {"info", log::Level::Info},
                              {"warning", log::Level::Warning},
                              {"error", log::Level::Error}},
            "The least that is logged, to standard error.")),
        choice(
            "log.format", [](auto& c) -> auto& { return c.log_format; },
            Words<LogFormat>{{"text", LogFormat::Text}, {"json", LogFormat::Json}},
            "One line an event, as text or JSON."),
    };
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
    static const std::vector<ConfigKey> keys = make_keys();
    return keys;
}

}  // namespace cellwise::daemon
