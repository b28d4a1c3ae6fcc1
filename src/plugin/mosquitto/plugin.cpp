// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/daemon_socket.hpp"
#include "plugin/mosquitto/login_gate.hpp"
#include "plugin/mosquitto/session_table.hpp"

#include "cellwise/domain/mqtt.hpp"
#include "cellwise/domain/mqtt_topic.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <memory>
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <string>
#include <string_view>

/// The plugin of the broker Mosquitto 2.0 (docs/mqtt.md, The plugin): who may log in, who may do what, who is there,
/// and messages to devices that subscribe to nothing. The broker has one thread, and all calls come on it.
namespace cellwise::plugin {
namespace {

namespace dm = domain::mqtt;

constexpr std::size_t kNamesInAPiece = 500;

std::string_view text_of(const char* text) { return text == nullptr ? std::string_view{} : text; }

class Plugin {
 public:
    Plugin(LoginGate::Options options, std::string socket, Duration patience)
        : daemon_(std::move(socket), patience),
          gate_(std::move(options), [this](const dm::LoginQuestion& login) { return daemon_.ask(login); }) {}

    int on_login(const mosquitto_evt_basic_auth& event) {
        if (event.username == nullptr || event.password == nullptr) return MOSQ_ERR_AUTH;
        const dm::LoginQuestion login{.client_id = std::string(text_of(mosquitto_client_id(event.client))),
                                      .username = event.username,
                                      .password = event.password};
        const bool was_away = gate_.daemon_is_away();
        const auto verdict = gate_.judge(login, steady_now());
        if (gate_.daemon_is_away() != was_away) {
            mosquitto_log_printf(MOSQ_LOG_WARNING, was_away ? "cellwise: the daemon answers again"
                                                            : "cellwise: the daemon does not answer, so only devices "
                                                              "that were here lately are let in");
        }
        if (verdict == LoginGate::Verdict::Daemon) return begin_daemon(login.client_id, event.client);
        if (verdict == LoginGate::Verdict::Device) return begin_device(login, event.client);
        return MOSQ_ERR_AUTH;
    }

    int on_access(const mosquitto_evt_acl_check& event) const {
        const auto who = text_of(mosquitto_client_username(event.client));
        const auto topic = text_of(event.topic);
        if (is_daemon(who)) return topic.starts_with("$CONTROL") ? MOSQ_ERR_ACL_DENIED : MOSQ_ERR_SUCCESS;
        const bool may = event.access == MOSQ_ACL_WRITE         ? dm::may_publish(who, topic)
                         : event.access == MOSQ_ACL_UNSUBSCRIBE ? true
                                                                : dm::may_receive(who, topic);
        return may ? MOSQ_ERR_SUCCESS : MOSQ_ERR_ACL_DENIED;
    }

    /// What the daemon publishes goes to the device's connection itself, subscribed or not, and nowhere else: a
    /// second copy by way of a subscription might start a download again. "Denied" is how a plugin takes a message
    /// out; to MQTT 3.1.1 it is confirmed all the same.
    int on_message(const mosquitto_evt_message& event) {
        if (!is_daemon(text_of(mosquitto_client_username(event.client)))) return MOSQ_ERR_SUCCESS;
        const auto topic = text_of(event.topic);
        if (topic == dm::kPresenceAsk) {
            list_devices();
            return MOSQ_ERR_ACL_DENIED;
        }
        if (topic == dm::kSessionsEnd) {
            end_sessions({static_cast<const char*>(event.payload), event.payloadlen});
            return MOSQ_ERR_ACL_DENIED;
        }
        const auto parsed = dm::parse_device_topic(topic);
        if (!parsed) return MOSQ_ERR_SUCCESS;
        if (const auto* client = sessions_.find(parsed->device)) {
            mosquitto_broker_publish_copy(client->c_str(), event.topic, static_cast<int>(event.payloadlen),
                                          event.payload, event.qos, false, nullptr);
        }
        return MOSQ_ERR_ACL_DENIED;
    }

    int on_end(const mosquitto_evt_disconnect& event) {
        if (event.client == daemon_connection_) {
            daemon_connection_ = nullptr;
            return MOSQ_ERR_SUCCESS;
        }
        if (const auto device = sessions_.end(event.client)) tell(dm::kPresenceOffline, *device);
        return MOSQ_ERR_SUCCESS;
    }

 private:
    bool is_daemon(std::string_view username) const { return username == gate_.options().daemon_user; }

    int begin_daemon(const std::string& client_id, const mosquitto* client) {
        sessions_.end(client);
        daemon_client_ = client_id;
        daemon_connection_ = client;
        return MOSQ_ERR_SUCCESS;
    }

    int begin_device(const dm::LoginQuestion& login, const mosquitto* client) {
        if (client == daemon_connection_) daemon_connection_ = nullptr;
        const auto began = sessions_.begin(login.username, login.client_id, client);
        if (began.kick) mosquitto_kick_client_by_clientid(began.kick->c_str(), false);
        tell(dm::kPresenceOnline, login.username);
        return MOSQ_ERR_SUCCESS;
    }

    /// The names are the daemon's, one a line. What the broker tells of the ends goes the usual way.
    void end_sessions(std::string_view names) {
        while (!names.empty()) {
            const auto size = std::min(names.find('\n'), names.size());
            const std::string device(names.substr(0, size));
            names.remove_prefix(std::min(size + 1, names.size()));
            gate_.forget(device);
            const auto* present = sessions_.find(device);
            if (present == nullptr) continue;
            const auto client_id = *present;  // the broker tells of its end within the call
            mosquitto_kick_client_by_clientid(client_id.c_str(), false);
        }
    }

    void list_devices() const {
        std::string piece;
        std::size_t names = 0;
        sessions_.for_each([&](const std::string& device) {
            piece.append(device).append("\n");
            if (++names % kNamesInAPiece != 0) return;
            tell(dm::kPresenceListed, piece);
            piece.clear();
        });
        if (!piece.empty()) tell(dm::kPresenceListed, piece);
    }

    void tell(std::string_view topic, const std::string& payload) const {
        if (daemon_connection_ == nullptr) return;  // it asks for all when it comes
        mosquitto_broker_publish_copy(daemon_client_.c_str(), std::string(topic).c_str(),
                                      static_cast<int>(payload.size()), payload.data(), 1, false, nullptr);
    }

    DaemonSocket daemon_;
    LoginGate gate_;
    SessionTable sessions_{};
    std::string daemon_client_{};
    const mosquitto* daemon_connection_ = nullptr;
};

/// No exception reaches the broker; what fails by one is refused.
template <class Event, int (*call)(Plugin&, const Event&)>
int guarded(int, void* data, void* plugin) {
    try {
        return call(*static_cast<Plugin*>(plugin), *static_cast<const Event*>(data));
    } catch (const std::exception& fault) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "cellwise: %s", fault.what());
        return MOSQ_ERR_UNKNOWN;
    }
}

int login(Plugin& plugin, const mosquitto_evt_basic_auth& event) { return plugin.on_login(event); }
int access(Plugin& plugin, const mosquitto_evt_acl_check& event) { return plugin.on_access(event); }
int message(Plugin& plugin, const mosquitto_evt_message& event) { return plugin.on_message(event); }
int end(Plugin& plugin, const mosquitto_evt_disconnect& event) { return plugin.on_end(event); }

struct Hook {
    int event;
    MOSQ_FUNC_generic_callback call;
};
constexpr Hook kHooks[] = {
    {MOSQ_EVT_BASIC_AUTH, guarded<mosquitto_evt_basic_auth, login>},
    {MOSQ_EVT_ACL_CHECK, guarded<mosquitto_evt_acl_check, access>},
    {MOSQ_EVT_MESSAGE, guarded<mosquitto_evt_message, message>},
    {MOSQ_EVT_DISCONNECT, guarded<mosquitto_evt_disconnect, end>},
};

struct Loaded {
    mosquitto_plugin_id_t* id;
    Plugin plugin;
};

struct Settings {
    LoginGate::Options gate{};
    std::string socket{};
    Duration patience{200};
};

bool read_number(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& out) {
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    return fault == std::errc{} && stop == text.data() + text.size() && out >= least && out <= most;
}

bool take(Settings& settings, std::string_view key, std::string_view value) {
    std::int64_t number = 0;
    if (key == "logins_socket") {
        settings.socket = value;
        return !value.empty();
    }
    if (key == "daemon_user") {
        settings.gate.daemon_user = value;
        return !value.empty();
    }
    if (key == "away_seconds") {
        const bool good = read_number(value, 0, 7 * 86'400, number);
        settings.gate.away = std::chrono::seconds(number);
        return good;
    }
    if (key == "patience_ms") {
        const bool good = read_number(value, 10, 2'000, number);
        settings.patience = Duration(number);
        return good;
    }
    return false;
}

bool read_settings(const mosquitto_opt* options, int count, Settings& settings) {
    for (const auto* option = options; option != options + count; ++option) {
        if (take(settings, text_of(option->key), text_of(option->value))) continue;
        mosquitto_log_printf(MOSQ_LOG_ERR, "cellwise: plugin_opt_%s: there is no such option, or not with this value",
                             option->key);
        return false;
    }
    if (!settings.socket.empty()) return true;
    mosquitto_log_printf(MOSQ_LOG_ERR, "cellwise: plugin_opt_logins_socket is needed: where the daemon listens");
    return false;
}

}  // namespace
}  // namespace cellwise::plugin

using namespace cellwise::plugin;

extern "C" __attribute__((visibility("default"))) int mosquitto_plugin_version(int count, const int* versions) {
    for (int i = 0; i < count; ++i) {
        if (versions[i] == 5) return 5;
    }
    return -1;
}

extern "C" __attribute__((visibility("default"))) int mosquitto_plugin_init(mosquitto_plugin_id_t* id, void** data,
                                                                            mosquitto_opt* options, int count) {
    try {
        Settings settings;
        if (!read_settings(options, count, settings)) return MOSQ_ERR_INVAL;
        auto loaded = std::unique_ptr<Loaded>(
            new Loaded{id, Plugin(std::move(settings.gate), std::move(settings.socket), settings.patience)});
        for (const auto& hook : kHooks) {
            const int failed = mosquitto_callback_register(id, hook.event, hook.call, nullptr, &loaded->plugin);
            if (failed != MOSQ_ERR_SUCCESS) return failed;
        }
        *data = loaded.release();
        return MOSQ_ERR_SUCCESS;
    } catch (const std::exception& fault) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "cellwise: %s", fault.what());
        return MOSQ_ERR_UNKNOWN;
    }
}

extern "C" __attribute__((visibility("default"))) int mosquitto_plugin_cleanup(void* data, mosquitto_opt*, int) {
    const std::unique_ptr<Loaded> loaded(static_cast<Loaded*>(data));
    if (!loaded) return MOSQ_ERR_SUCCESS;
    for (const auto& hook : kHooks) mosquitto_callback_unregister(loaded->id, hook.event, hook.call, nullptr);
    return MOSQ_ERR_SUCCESS;
}
