// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/tls_identity.hpp"

#include "cellwise/base/log.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/base/setting.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/cell_limiter.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/job_machine.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::daemon {

/// Where a listener is bound. Port 0: the system chooses. An empty host: the listener is off.
struct ListenAddress {
    std::string host{};
    std::uint16_t port = 0;

    bool is_off() const { return host.empty(); }
    friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

enum class LogFormat { Text, Json };

/// The daemon's configuration, as checked. Every member is one key; docs/config.md lists them.
struct Config {
    std::string state_dir = "/var/lib/cellwise";
    ListenAddress http_listen{"127.0.0.1", 8080};
    bool http_allow_remote = false;
    std::uint32_t http_threads = 2;
    std::uint32_t http_max_connections = 20'000;
    std::uint32_t https_max_connections = 4'000;
    ListenAddress https_listen{"0.0.0.0", 8743};
    std::string https_certificate{};  ///< a file; empty: one is made
    std::string https_key{};
    std::string https_client_ca{};
    http::ClientCertificates https_client_certificate = http::ClientCertificates::Off;
    ListenAddress download_listen{"0.0.0.0", 8943};
    bool download_tls = true;
    std::string download_public_url{};  ///< empty: derived
    Duration download_token_lifetime{std::chrono::hours{24}};
    std::uint32_t download_threads = 2;
    std::uint32_t download_max_connections = 5'000;
    std::uint32_t download_max_per_address = 1'000;
    std::uint32_t download_max_per_device = 4;
    std::uint32_t download_max_requests = 6'000;  ///< of one device a minute; 0: no limit
    std::uint32_t download_max_copies = 100;      ///< of its file to one device a day; 0: no limit
    std::uint32_t download_min_rate = 50;         ///< bytes a second
    ListenAddress coap_listen{"0.0.0.0", 5683};
    Duration coap_ack_timeout{15'000};
    Duration coap_awake_window{20'000};
    std::string mqtt_broker = "mqtt://127.0.0.1:1883";  ///< empty: MQTT is off
    std::string mqtt_username = "cellwised";
    std::string mqtt_password_file{};  ///< empty: another password at every start
    std::string mqtt_ca{};             ///< a file; empty: the system's authorities
    std::string mqtt_logins_socket{};  ///< empty: mqtt-logins.sock in the state directory
    std::string mqtt_emqx_token_file{};
    domain::SlotLimits slots{};
    domain::CoverageRanges ranges{};
    domain::SlotHold hold = domain::SlotHold::Upgrade;
    domain::StageLimits limits{};
    Duration task_start_delay{10'000};
    std::uint32_t northbound_throttle = 100;
    std::vector<std::string> webhook_allow_networks{};
    std::string webhook_ca{};  ///< a file; empty: the system's authorities only
    Duration outbox_keep{std::chrono::hours{24}};
    std::uint64_t packages_max_size = 1ULL << 30U;  ///< bytes
    std::uint64_t packages_quota = 0;               ///< bytes; 0: none
    Duration retention_uplinks{std::chrono::days{7}};
    Duration retention_commands{std::chrono::days{30}};
    Duration retention_audit{std::chrono::days{365}};
    Duration retention_tasks{std::chrono::days{180}};
    Duration retention_dead_letters{std::chrono::days{30}};
    Duration retention_events{std::chrono::days{90}};
    log::Level log_level = log::Level::Info;
    LogFormat log_format = LogFormat::Text;
};

/// Lays settings over the defaults, the later over the earlier. Errors: "config.unknown_key" with the nearest known
/// key, "config.value" with what is allowed; the message begins with the setting's origin.
Result<Config> make_config(const std::vector<Setting>& settings);

/// What a configuration that was read anew changes in the one that is in force.
struct ConfigChanges {
    std::vector<std::string_view> in_force;      ///< keys that were laid over the running configuration
    std::vector<std::string_view> need_restart;  ///< keys that differ and stay as they were
};
/// Lays over `running` what may change while the daemon runs.
ConfigChanges lay_over(Config& running, const Config& fresh);

/// Rules between keys, once all are known.
Status check(const Config& config);

/// The key that a variable of the environment stands for: CELLWISE_LIMITER_LEVEL0 is "limiter.level0". Nothing for
/// variables that do not bear the prefix; an unknown one with the prefix is an error when it is applied.
std::string key_of_environment(std::string_view variable);

/// All keys with their values as TOML: what --print-config prints and what reads back as the same configuration.
std::string to_toml(const Config& config);

/// config/cellwised.toml: every key with its meaning, what is allowed and its default.
std::string commented_toml();
/// docs/config.md.
std::string config_page();

}  // namespace cellwise::daemon
